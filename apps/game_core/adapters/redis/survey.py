"""All sessions at a glance: one walk over the names, bounded, a thousand at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.client import redis_errors
from apps.game_core.adapters.redis.walk import Walk
from apps.game_core.modules.inventory.oversight import SessionCount
from apps.redis_cluster.client import connections_to, servers_of
from apps.redis_connections import Command

_STRIDE = 1_000
_STRIDES = 500
_MOST_DIRTY = 1_000
_MOST_PARKED = 100


@dataclass(frozen=True, slots=True)
class RedisSurvey:
    """Implements `SessionSurvey`."""

    redis: Redis

    async def count(self) -> SessionCount:
        with redis_errors():
            names, complete = await self._walk()
            documents, controls = _owners(names, keys.SESSION), _owners(names, keys.CONTROL)
            due = await self._ask(("ZCARD", index) for index in self._names.indexes)
            return SessionCount(
                active=len(controls & documents) + await self._dirty_among(controls - documents),
                dirty=sum(due),
                oldest_dirty=await self._oldest_dirty(),
                quarantined=len(_owners(names, keys.QUARANTINE)),
                complete=complete,
            )

    async def _walk(self) -> tuple[set[bytes], bool]:
        found: set[bytes] = set()
        walk, cursor = Walk(self.redis), 0
        for _ in range(_STRIDES):
            cursor, names = await walk.step(cursor, None, _STRIDE)
            found.update(names)
            if not cursor:
                break
        return found, not cursor

    async def _dirty_among(self, owners: set[bytes]) -> int:
        """Sessions whose document is lost come back as long as there is something to write."""
        ids = [int(owner) for owner in owners if owner.isdigit()]
        due = await self._ask(("ZSCORE", self._names.index(each), str(each)) for each in ids)
        return sum(each is not None for each in due)

    async def _oldest_dirty(self) -> float | None:
        """Of those that are due first or last, which are parked; the age of a session's first change."""
        indexes = self._names.indexes
        ends = ((0, _MOST_DIRTY // len(indexes) - 1), (-max(1, _MOST_PARKED // len(indexes)), -1))
        due = await self._ask(("ZRANGE", index, *end) for index in indexes for end in ends)
        owners = {int(each) for each in chain.from_iterable(due)}
        since = await self._ask(("HGET", self._names.control(owner), "since") for owner in owners)
        first = min((int(each) for each in since if each), default=None)
        if first is None:
            return None
        [server, *_] = await servers_of(self.redis)
        seconds, _ = await server.time()
        return float(max(0, seconds - first / 1000))

    async def _ask(self, commands: Iterable[Command]) -> list[Any]:
        asked = list(commands)
        replies = await connections_to(self.redis).pipelined(asked) if asked else []
        for reply in replies:
            if isinstance(reply, Exception):
                raise reply
        return replies

    @property
    def _names(self) -> keys.Names:
        return keys.names_in(self.redis)


def _owners(names: set[bytes], prefix: str) -> set[bytes]:
    """Whose names with this prefix there are."""
    start = prefix.encode()
    return {name.rpartition(b":")[2] for name in names if name.startswith(start)}
