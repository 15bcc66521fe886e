"""All sessions at a glance: one walk over the names, a thousand at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, islice
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
"""At most, of whoever waits for the count."""
_OURS = "*inventory:*"
_MOST_DIRTY = 1_000
_MOST_PARKED = 100
_MOST_CLEAN = 1_000
_Owners = set[bytes]


@dataclass(frozen=True, slots=True)
class RedisSurvey:
    """Implements `SessionSurvey`."""

    redis: Redis

    def begin(self) -> "RedisCensus":
        return RedisCensus(self.redis)

    async def count(self) -> SessionCount:
        census = self.begin()
        for _ in range(_STRIDES):
            if await census.stretch():
                break
        return await census.count()


@dataclass(slots=True)
class RedisCensus:
    """Implements `SessionCensus`."""

    redis: Redis
    _cursor: int = 0
    _complete: bool = False
    _documents: _Owners = field(default_factory=_Owners)
    _controls: _Owners = field(default_factory=_Owners)
    _quarantined: _Owners = field(default_factory=_Owners)

    async def stretch(self) -> bool:
        with redis_errors():
            self._cursor, names = await Walk(self.redis).step(self._cursor, _OURS, _STRIDE)
        self._documents |= _owners(names, keys.SESSION)
        self._controls |= _owners(names, keys.CONTROL)
        self._quarantined |= _owners(names, keys.QUARANTINE)
        self._complete = not self._cursor
        return self._complete

    async def count(self) -> SessionCount:
        with redis_errors():
            whole = self._controls & self._documents
            due = await self._ask(("ZCARD", index) for index in self._names.indexes)
            return SessionCount(
                active=len(whole) + await self._dirty_among(self._controls - self._documents),
                dirty=sum(due),
                oldest_dirty=await self._oldest_dirty(),
                quarantined=len(self._quarantined),
                complete=self._complete,
                mean_ttl=await self._mean_ttl(whole),
            )

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

    async def _mean_ttl(self, owners: set[bytes]) -> float | None:
        """What some clean ones have left, whichever come first."""
        some = islice((int(owner) for owner in owners if owner.isdigit()), _MOST_CLEAN)
        left = await self._ask(("PTTL", self._names.control(owner)) for owner in some)
        clean = [each / 1000 for each in left if each >= 0]
        return sum(clean) / len(clean) if clean else None

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


def _owners(names: Iterable[bytes], prefix: str) -> set[bytes]:
    """Whose names with this prefix there are."""
    start = prefix.encode()
    return {name.rpartition(b":")[2] for name in names if name.startswith(start)}
