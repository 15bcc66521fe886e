"""Commands of many tasks at once share a pipeline: most of a command's price is its way to the server."""

import asyncio
from typing import Any

from apps.redis_connections import Command, Connections


class Line:
    """A command that is alone goes at once; those that come while one is under way share a pipeline.

    As many go together as come in one turn of the event loop; none waits for answers but its own pipeline's.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
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

    async def _send(self, commands: list[Command]) -> list[Any]:
        self._under_way += 1
        try:
            return await self._connections.pipelined(commands)
        finally:
            self._under_way -= 1
