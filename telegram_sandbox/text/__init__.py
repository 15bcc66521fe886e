"""Texts with entities: how markups are read, and how they are shown."""
