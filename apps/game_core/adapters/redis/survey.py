"""All sessions at a glance: one walk over the names, bounded, a thousand at a time."""

from dataclasses import dataclass

from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.client import redis_errors
from apps.game_core.modules.inventory.oversight import SessionCount

_STRIDE = 1_000
_STRIDES = 500
_MOST_DIRTY = 1_000
_MOST_PARKED = 100
_CONTROL = keys.CONTROLS.removesuffix("*")


@dataclass(frozen=True, slots=True)
class RedisSurvey:
    """Implements `SessionSurvey`."""

    redis: Redis

    async def count(self) -> SessionCount:
        with redis_errors():
            names, complete = await self._walk()
            documents, controls = _owners(names, keys.SESSION), _owners(names, _CONTROL)
            return SessionCount(
                active=len(controls & documents) + await self._dirty_among(controls - documents),
                dirty=await self.redis.zcard(keys.DIRTY_INDEX),
                oldest_dirty=await self._oldest_dirty(),
                quarantined=len(_owners(names, keys.QUARANTINE)),
                complete=complete,
            )

    async def _walk(self) -> tuple[set[bytes], bool]:
        found: set[bytes] = set()
        cursor = 0
        for _ in range(_STRIDES):
            cursor, names = await self.redis.scan(cursor, count=_STRIDE)
            found.update(names)
            if not cursor:
                break
        return found, not cursor

    async def _dirty_among(self, owners: set[bytes]) -> int:
        """Sessions whose document is lost come back as long as there is something to write."""
        if not owners:
            return 0
        due = await self.redis.zmscore(keys.DIRTY_INDEX, [owner.decode() for owner in owners])
        return sum(each is not None for each in due)

    async def _oldest_dirty(self) -> float | None:
        """Of those that are due first or last, which are parked; the age of a session's first change."""
        due = await self.redis.zrange(keys.DIRTY_INDEX, 0, _MOST_DIRTY - 1)
        due += await self.redis.zrange(keys.DIRTY_INDEX, -_MOST_PARKED, -1)
        if not due:
            return None
        async with self.redis.pipeline(transaction=False) as asked:
            for char_id in due:
                asked.hget(keys.control(int(char_id)), "since")
            asked.time()
            *since, (seconds, _) = await asked.execute()
        first = min((int(each) for each in since if each), default=None)
        return None if first is None else max(0.0, seconds - first / 1000)


def _owners(names: set[bytes], prefix: str) -> set[bytes]:
    """Whose names with this prefix there are."""
    start = prefix.encode()
    return {name.removeprefix(start) for name in names if name.startswith(start)}
