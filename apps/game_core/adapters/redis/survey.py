"""All sessions at a glance: one walk over the names, bounded, a thousand at a time."""

from dataclasses import dataclass

from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.client import redis_errors
from apps.game_core.modules.inventory.oversight import SessionCount

_STRIDE = 1_000
_STRIDES = 500
_MOST_DIRTY = 1_000


@dataclass(frozen=True, slots=True)
class RedisSurvey:
    """Implements `SessionSurvey`."""

    redis: Redis

    async def count(self) -> SessionCount:
        with redis_errors():
            sessions, quarantined, complete = await self._walk()
            return SessionCount(
                active=sessions,
                dirty=await self.redis.zcard(keys.DIRTY_INDEX),
                oldest_dirty=await self._oldest_dirty(),
                quarantined=quarantined,
                complete=complete,
            )

    async def _walk(self) -> tuple[int, int, bool]:
        found: set[bytes] = set()
        cursor = 0
        for _ in range(_STRIDES):
            cursor, names = await self.redis.scan(cursor, count=_STRIDE)
            found.update(names)
            if not cursor:
                break
        sessions = sum(name.startswith(keys.SESSION.encode()) for name in found)
        quarantined = sum(name.startswith(keys.QUARANTINE.encode()) for name in found)
        return sessions, quarantined, not cursor

    async def _oldest_dirty(self) -> float | None:
        """Of those that are due first; the age of a session's first change that is not written."""
        due = await self.redis.zrange(keys.DIRTY_INDEX, 0, _MOST_DIRTY - 1)
        if not due:
            return None
        async with self.redis.pipeline(transaction=False) as asked:
            for char_id in due:
                asked.hget(keys.control(int(char_id)), "since")
            asked.time()
            *since, (seconds, _) = await asked.execute()
        first = min((int(each) for each in since if each), default=None)
        return None if first is None else max(0.0, seconds - first / 1000)
