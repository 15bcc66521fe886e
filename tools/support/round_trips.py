"""Counts what really goes out to Redis: one packed command, or one pipeline, is one round trip.

So is what goes by a line in one turn of the event loop.

Greetings of a new connection are not part of any operation, and neither is telling a server a script that it
meets for the first time: that call counts once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from redis.asyncio.connection import AbstractConnection

from apps.redis_line import Line

_GREETINGS = (b"CLIENT\r\n", b"HELLO\r\n", b"SELECT\r\n", b"INFO\r\n")
_TOLD_THEN_ASKED_AGAIN = b"SCRIPT\r\n"
_TOLD_AND_ASKED = b"EVAL\r\n"


@dataclass
class RoundTrips:
    trips: int = 0


@contextmanager
def counting_round_trips() -> Iterator[RoundTrips]:
    counted = RoundTrips()
    send, send_by_line = AbstractConnection.send_packed_command, Line._send  # noqa: SLF001 - where it goes out

    async def counting(self: AbstractConnection, command: Any, *args: Any, **kwargs: Any) -> None:
        data = b"".join(command) if isinstance(command, list) else bytes(command)
        if _TOLD_THEN_ASKED_AGAIN in data:
            counted.trips -= 1
        elif not any(each in data for each in (*_GREETINGS, _TOLD_AND_ASKED)):
            counted.trips += 1
        await send(self, command, *args, **kwargs)

    def counting_by_line(self: Line) -> None:
        counted.trips += 1
        send_by_line(self)

    by_itself = patch.object(AbstractConnection, "send_packed_command", counting)
    with by_itself, patch.object(Line, "_send", counting_by_line):
        yield counted
