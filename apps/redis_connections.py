"""Connections that stay ours.

What redis-py's pool does around each call takes four times as long as the call: it looks whether a connection
still lives, makes a task to bound the write in time, and sees to it that the call may be made again.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, TypeAlias

from hiredis import pack_command
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as NotConnectedError
from redis.exceptions import ResponseError

KEPT = 8
_SHARE = 8
"""Only one in so many of a pool's connections may be kept here: others need some, too."""
Command: TypeAlias = tuple[str | int | bytes, ...]
_Taken: TypeAlias = tuple[AbstractConnection, float | None]
"""A connection, and the seconds that it waits while it is the pool's."""


class Connections:
    """Taken from the client's pool when they are needed, and a few of them `kept` for what comes next.

    The client closes them all when it is closed itself.
    """

    def __init__(self, redis: Redis, kept: int = 0) -> None:
        self.redis = redis
        self._pool: Any = redis.connection_pool
        self._kept = min(kept, self._pool.max_connections // _SHARE)
        self._idle: list[_Taken] = []

    async def call(self, *command: Any) -> Any:
        """One round trip, of a command that may be called twice.

        Raises RedisError and OSError.
        """
        [reply] = await self.pipelined([command])
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def pipelined(self, commands: Sequence[Command]) -> list[Any]:
        """One round trip, of commands that may each be called twice.

        One that is refused answers with its exception. Raises RedisError and OSError.
        """
        connection, patience = self._idle.pop() if self._idle else await self._take()
        keep = False
        try:
            async with asyncio.timeout(patience):
                replies = await _exchanged(connection, commands)
            keep = True
        except (NotConnectedError, TimeoutError):
            # It may have been closed while nobody looked. From here on we are as patient as the client is.
            connection.socket_timeout = patience
            replies = await connection.retry.call_with_retry(
                lambda: _exchanged(connection, commands), lambda _: connection.disconnect()
            )
        finally:
            if keep and len(self._idle) < self._kept:
                self._idle.append((connection, patience))
            else:
                connection.socket_timeout = patience
                await self._pool.release(connection)
        return replies

    async def _take(self) -> _Taken:
        connection: AbstractConnection = await self._pool.get_connection()
        patience, connection.socket_timeout = connection.socket_timeout, None
        return connection, patience


async def _exchanged(connection: AbstractConnection, commands: Sequence[Command]) -> list[Any]:
    # A tenth of what redis-py takes to write them.
    packed = b"".join(map(pack_command, commands))  # type: ignore[arg-type] # its types know tuples of one
    try:
        await connection.send_packed_command(packed, check_health=False)
    except RuntimeError as error:  # what uvloop says of a connection that the other side has closed
        raise NotConnectedError(str(error)) from error
    return [await _reply(connection) for _ in commands]


async def _reply(connection: AbstractConnection) -> Any:
    try:
        return await connection.read_response()
    except ResponseError as error:
        return error
