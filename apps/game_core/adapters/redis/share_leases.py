"""Which worker has which shares of the work: one key, renewed and divided anew by one script."""

from uuid import uuid4

from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.cluster_scripts import scripts_on
from apps.game_core.adapters.redis.script_arguments import milliseconds
from apps.game_core.adapters.redis.server_identity import ServerIdentity


class RedisShareLeases:
    """Implements `ShareLeases`."""

    count = keys.SHARES

    def __init__(self, redis: Redis, server: ServerIdentity, lease: float) -> None:
        self.lease = lease
        self._scripts = scripts_on(redis, server)
        self._worker = uuid4().hex

    async def renew(self) -> frozenset[int]:
        mine, _ = await self._divided(leaves=False)
        return mine

    async def leave(self) -> frozenset[int]:
        _, others = await self._divided(leaves=True)
        return others

    async def _divided(self, *, leaves: bool) -> tuple[frozenset[int], frozenset[int]]:
        args = (self._worker, milliseconds(self.lease), keys.SHARES, "1" if leaves else "0")
        mine, others = await self._scripts.run("share", (keys.WORK,), args)
        return frozenset(mine), frozenset(others)
