"""Whether a replica has what is told: asked on the connection that has written behind it."""

from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.cluster_scripts import scripts_on
from apps.game_core.adapters.redis.server_identity import ServerIdentity
from apps.game_core.modules.inventory.ports import Copied

_REPLICAS = 1


class RedisCopies:
    """Implements `Copies`. `patience` in seconds."""

    def __init__(self, redis: Redis, server: ServerIdentity, patience: float) -> None:
        self._names = keys.names_in(redis)
        self._scripts = scripts_on(redis, server)
        self._wait = ("WAIT", _REPLICAS, round(patience * 1000))

    async def of(self, char_id: int, op_id: str) -> Copied:
        waits, replicas = await self._scripts.run_before(
            self._wait, "copy", (self._names.control(char_id),), (op_id,)
        )
        if not waits:
            return Copied.NOT_WAITING
        return Copied.SAFE if replicas >= _REPLICAS else Copied.ALONE
