"""Snapshots on their way from the context assembler to the module that asked."""

from uuid import uuid4

from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.client import redis_errors
from apps.game_core.modules.inventory.snapshot import InventorySnapshot, decoded


class RedisSnapshots:
    """Implements the assembler's `SnapshotSink` and the inventory's `SnapshotSource`. `ttl` in seconds."""

    def __init__(self, redis: Redis, ttl: float = 30.0) -> None:
        self._redis = redis
        self._ttl = round(ttl * 1000)

    async def put(self, snapshot: bytes) -> str:
        key = keys.snapshot(uuid4())
        with redis_errors():
            await self._redis.set(key, snapshot, px=self._ttl)
        return key

    async def take(self, key: str) -> InventorySnapshot | None:
        with redis_errors():
            data = await self._redis.getdel(key)
        return None if data is None else decoded(data)
