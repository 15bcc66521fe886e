"""The servers of a cluster, each with connections of its own."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, TypeAlias

from redis.asyncio import Redis

from apps.redis_connections import KEPT, Command, Connections, Reading, as_it_is

Place: TypeAlias = tuple[str, int]
"""Host and port."""


class Asking(Connections):
    """For slots that are still on their way to this server."""

    async def shared(self, *command: Any) -> Any:
        return await self.call(*command)

    async def pipelined(self, commands: Sequence[Command], read: Reading = as_it_is) -> list[Any]:
        replies = await super().pipelined([part for each in commands for part in (("ASKING",), each)])
        return [reply if isinstance(reply, Exception) else read(reply) for reply in replies[1::2]]


class Node:
    """One server. `arriving`: the same for slots that are on their way to it."""

    def __init__(self, place: Place, redis: Redis, connections: Connections) -> None:
        self.place = place
        self.redis = redis
        self.connections = connections
        self.arriving = self

    def hang_up(self) -> None:
        """As if the way there had broken: whoever waits for an answer hears of it, and connects anew.

        A pool that disconnects takes from them, a moment later, what they have connected meanwhile.
        """
        pool: Any = self.redis.connection_pool
        all_of_them = chain(pool._available_connections, pool._in_use_connections)  # noqa: SLF001 - nobody else tells
        for connection in all_of_them:
            if connection.is_connected:
                connection._writer.transport.abort()  # noqa: SLF001 - as above


class Nodes(dict[Place, Node]):
    """By place, made when they are asked for. `dial` makes the client of one server."""

    def __init__(self, dial: Callable[[Place], Redis]) -> None:
        super().__init__()
        self._dial = dial

    def __missing__(self, place: Place) -> Node:
        redis = self._dial(place)
        node = Node(place, redis, Connections(redis, KEPT))
        node.arriving = Node(place, redis, Asking(redis))
        self[place] = node
        return node
