"""Ports of this machine to listen on."""

import random
import socket
from contextlib import suppress

_HOST = "127.0.0.1"
# Systems give higher ones to connections; so is a cluster's bus below those, 10,000 above its node.
_OURS = range(11_000, 21_000)


def free_ports(count: int) -> list[int]:
    """Nobody listens on them at this moment, and nobody gets one without having asked for that very port."""
    found: set[int] = set()
    while len(found) < count:
        port = random.SystemRandom().choice(_OURS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((_HOST, port))
            found.add(port)
    return list(found)


def free_port() -> int:
    """One of them."""
    return free_ports(1)[0]
