"""Lua scripts on connections that stay ours.

What redis-py's pool does around each call takes four times as long as the call: it looks whether a connection
still lives, makes a task to bound the write in time, and sees to it that the call may be made again.
"""

import asyncio
from collections.abc import Sequence
from hashlib import sha1
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as NotConnectedError
from redis.exceptions import NoScriptError, ResponseError

KEPT = 8
_Taken = tuple[AbstractConnection, float | None]
"""A connection, and the seconds that it waits while it is the pool's."""


class Connections:
    """Taken from the client's pool when they are needed, and a few of them `kept` for what comes next.

    The client closes them all when it is closed itself.
    """

    def __init__(self, redis: Redis, kept: int = 0) -> None:
        self._redis = redis
        self._kept = kept
        self._idle: list[_Taken] = []

    async def call(self, *command: Any) -> Any:
        """One round trip, of a command that may be called twice.

        Raises RedisError and OSError.
        """
        taken = self._idle.pop() if self._idle else await self._take()
        try:
            return await self._answer(*taken, command)
        except (NotConnectedError, TimeoutError):
            # It may have been closed while nobody looked. From here on we are as patient as the client is.
            return await self._redis.execute_command(*command)  # type: ignore[no-untyped-call] # so in redis-py

    async def _take(self) -> _Taken:
        pool: Any = self._redis.connection_pool
        connection: AbstractConnection = await pool.get_connection()
        patience, connection.socket_timeout = connection.socket_timeout, None
        return connection, patience

    async def _answer(
        self, connection: AbstractConnection, patience: float | None, command: Sequence[Any]
    ) -> Any:
        keep = False
        try:
            async with asyncio.timeout(patience):
                await connection.send_command(*command, check_health=False)
                reply = await connection.read_response()
            keep = True
        except ResponseError:
            keep = True
            raise
        finally:
            if keep and len(self._idle) < self._kept:
                self._idle.append((connection, patience))
            else:
                connection.socket_timeout = patience
                await self._redis.connection_pool.release(connection)
        return reply


class Script:
    """A script by its hash; a server that does not know it is told."""

    def __init__(self, connections: Connections, source: str) -> None:
        self._connections = connections
        self._source = source
        self._hash = sha1(source.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, keys: Sequence[str], args: Sequence[Any]) -> Any:
        try:
            return await self._connections.call("EVALSHA", self._hash, len(keys), *keys, *args)
        except NoScriptError:
            return await self._connections.call("EVAL", self._source, len(keys), *keys, *args)
