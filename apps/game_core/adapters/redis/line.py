"""Commands of many tasks at once share a pipeline: most of a command's price is its way to the server."""

import asyncio
from collections.abc import Sequence
from typing import Any, TypeAlias

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ResponseError

Command: TypeAlias = Sequence[str | int | bytes]


async def pipelined(redis: Redis, commands: Sequence[Command]) -> list[Any]:
    """One round trip. A command that the server refuses answers with its exception.

    What redis-py does, without what it does for commands of other kinds. Each command may be sent twice.
    """
    data = b"".join(map(_packed, commands))
    pool = redis.connection_pool
    connection = await pool.get_connection()  # type: ignore[no-untyped-call] # so in redis-py

    async def exchange() -> list[Any]:
        await connection.send_packed_command(data)
        return [await _reply(connection) for _ in commands]

    async def disconnect(_: Exception) -> None:
        await connection.disconnect()

    try:
        replies: list[Any] = await connection.retry.call_with_retry(exchange, disconnect)
    finally:
        await pool.release(connection)
    return replies


async def _reply(connection: AbstractConnection) -> Any:
    try:
        return await connection.read_response()
    except ResponseError as error:
        return error


def _packed(command: Command) -> bytes:
    values = [value if isinstance(value, bytes) else str(value).encode() for value in command]
    parts = [b"$%d\r\n%b\r\n" % (len(value), value) for value in values]
    return b"".join((b"*%d\r\n" % len(parts), *parts))


class Line:
    """A command that is alone goes at once; those that come while one is under way share a pipeline.

    As many go together as come in one turn of the event loop; none waits for answers but its own pipeline's.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._under_way = 0
        self._next: list[Command] = []
        self._replies: asyncio.Task[list[Any]]

    async def call(self, command: Command) -> Any:
        """Raises what redis-py raises."""
        if self._under_way:
            reply = await self._with_others(command)
        else:
            [reply] = await self._send([command])
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def _with_others(self, command: Command) -> Any:
        if not self._next:
            self._replies = asyncio.create_task(self._send_next())
        place, replies = len(self._next), self._replies
        self._next.append(command)
        # Whoever is cancelled leaves the others their answers.
        return (await asyncio.shield(replies))[place]

    async def _send_next(self) -> list[Any]:
        commands, self._next = self._next, []
        return await self._send(commands)

    async def _send(self, commands: Sequence[Command]) -> list[Any]:
        self._under_way += 1
        try:
            return await pipelined(self._redis, commands)
        finally:
            self._under_way -= 1
