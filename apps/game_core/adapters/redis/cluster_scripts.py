"""The scripts where there are several servers: each call runs where its keys are."""

from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from apps.game_core.adapters.redis.client import Scripts, redis_errors
from apps.game_core.adapters.redis.server_identity import ServerIdentity
from apps.game_core.errors import said
from apps.game_core.modules.inventory.errors import SessionStoreDownError
from apps.redis_cluster.client import PASSING, Cluster, is_lost
from apps.redis_cluster.nodes import Node
from apps.redis_connections import KEPT, Command, Connections, Reading, as_it_is

log = structlog.get_logger(__name__)

T = TypeVar("T")


class ClusterScripts(Scripts):
    """Each server has them by hashes of its own: so none runs, behind a redirection, as another one's."""

    def __init__(self, cluster: Cluster, server: ServerIdentity) -> None:
        super().__init__(cluster.connections, server)
        self._cluster = cluster
        self._identity = server
        self._nodes: dict[Node, Scripts] = {}

    def server_of(self, key: str) -> str:
        place = self._cluster.place_of(key)
        return self._identity.node(place).run_id if place else ""

    async def run(self, name: str, keys: Sequence[str], args: Sequence[Any]) -> Any:
        with redis_errors():
            return await self._cluster.one(keys[0], lambda node: _bare(self._at(node).run(name, keys, args)))

    async def run_each(
        self, name: str, calls: Sequence[tuple[Sequence[str], Sequence[Any]]], read: Reading = as_it_is
    ) -> list[Any]:
        """As ever, but that a server which is away fails its own calls only, unless all are away."""

        async def ask(node: Node, numbers: Sequence[int]) -> list[Any]:
            try:
                return await self._at(node).run_each(name, [calls[number] for number in numbers], read)
            except SessionStoreDownError as error:
                cause = error.__cause__
                return [cause if isinstance(cause, PASSING) else error] * len(numbers)

        with redis_errors():
            replies = await self._cluster.each([keys[0] for keys, _ in calls], ask)
            lost = [reply for reply in replies if is_lost(reply)]
            if lost and len(lost) == len(replies):
                raise lost[0]
        if lost:
            log.warning("a server of redis is away", script=name, calls=len(lost), error=said(lost[0]))
        return [SessionStoreDownError(said(reply)) if is_lost(reply) else reply for reply in replies]

    async def run_before(
        self, command: Command, name: str, keys: Sequence[str], args: Sequence[Any]
    ) -> list[Any]:
        with redis_errors():
            return await self._cluster.one(
                keys[0], lambda node: _bare(self._at(node).run_before(command, name, keys, args))
            )

    def _at(self, node: Node) -> Scripts:
        if node not in self._nodes:
            self._nodes[node] = Scripts(node.connections, self._identity.node(node.place))
        return self._nodes[node]


async def _bare(answer: Awaitable[T]) -> T:
    """The driver's errors, which say where to ask instead."""
    try:
        return await answer
    except SessionStoreDownError as error:
        if isinstance(error.__cause__, (RedisError, OSError)):
            raise error.__cause__ from None
        raise


def scripts_on(redis: Redis, server: ServerIdentity) -> Scripts:
    if isinstance(redis, Cluster):
        return ClusterScripts(redis, server)
    return Scripts(Connections(redis, KEPT), server)
