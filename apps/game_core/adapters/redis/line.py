"""Commands of many tasks at once share a pipeline: most of a command's price is its way to the server."""

import asyncio
from collections.abc import Sequence
from typing import Any, TypeAlias

from redis.asyncio import Redis

Command: TypeAlias = tuple[Any, ...]


async def pipelined(redis: Redis, commands: Sequence[Command]) -> list[Any]:
    """One round trip. A command that failed answers with its exception."""
    async with redis.pipeline(transaction=False) as pipeline:
        for command in commands:
            pipeline.execute_command(*command)
        return list(await pipeline.execute(raise_on_error=False))


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
            return await self._with_others(command)
        self._under_way += 1
        try:
            return await self._redis.execute_command(*command)  # type: ignore[no-untyped-call] # so in redis-py
        finally:
            self._under_way -= 1

    async def _with_others(self, command: Command) -> Any:
        if not self._next:
            self._replies = asyncio.create_task(self._send())
        place, replies = len(self._next), self._replies
        self._next.append(command)
        # Whoever is cancelled leaves the others their answers.
        reply = (await asyncio.shield(replies))[place]
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def _send(self) -> list[Any]:
        commands, self._next = self._next, []
        self._under_way += 1
        try:
            return await pipelined(self._redis, commands)
        finally:
            self._under_way -= 1
