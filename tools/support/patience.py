"""How long tests wait for what must come."""

PATIENCE = 180.0
"""Seconds, far more than it takes: on a busy machine everything is slow, and where it comes nobody waits."""
