"""Session documents that nobody understood: kept aside until somebody has looked at them."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.client import redis_errors
from apps.redis_cluster.client import servers_of


@dataclass(frozen=True, slots=True)
class RedisQuarantine:
    """For operators; the game only ever adds to it. Implements the inventory's `Quarantine`."""

    redis: Redis

    async def characters(self) -> Mapping[int, int]:
        """How many documents of whom, by character."""
        found = {}
        with redis_errors():
            for server in await servers_of(self.redis):
                async for name in server.scan_iter(match=keys.QUARANTINES, count=1000):
                    found[keys.owner(name)] = await cast("Awaitable[int]", server.llen(name))
        return dict(sorted(found.items()))

    async def count(self, char_id: int) -> int:
        with redis_errors():
            return await cast("Awaitable[int]", self.redis.llen(self._key(char_id)))

    async def documents(self, char_id: int) -> list[bytes]:
        """What was put aside, oldest first."""
        with redis_errors():
            return await cast("Awaitable[list[bytes]]", self.redis.lrange(self._key(char_id), 0, -1))

    async def discard(self, char_id: int) -> bool:
        """Throw a character's documents away. False: there were none."""
        with redis_errors():
            return bool(await self.redis.delete(self._key(char_id)))

    def _key(self, char_id: int) -> str:
        return keys.names_in(self.redis).quarantine(char_id)
