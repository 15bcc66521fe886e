"""Counts what really goes out to Redis: one packed command, or one pipeline, is one round trip."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from redis.asyncio.connection import AbstractConnection


@dataclass
class RoundTrips:
    trips: int = 0


@contextmanager
def counting_round_trips() -> Iterator[RoundTrips]:
    counted = RoundTrips()
    send = AbstractConnection.send_packed_command

    async def counting(self: AbstractConnection, command: Any, *args: Any, **kwargs: Any) -> None:
        # Greetings of a new connection are not part of any operation.
        data = b"".join(command) if isinstance(command, list) else bytes(command)
        if not any(
            greeting in data for greeting in (b"CLIENT\r\n", b"HELLO\r\n", b"SELECT\r\n", b"INFO\r\n")
        ):
            counted.trips += 1
        await send(self, command, *args, **kwargs)

    with patch.object(AbstractConnection, "send_packed_command", counting):
        yield counted
