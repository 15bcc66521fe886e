"""Looks out for another master: nobody may go on speaking to the old one only because it still answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from apps.game_core.adapters.redis.sentinels import MasterPool
from apps.game_core.errors import said
from apps.game_core.system.cancelling import is_cancelled
from apps.game_core.system.protocols import Clock
from apps.redis_cluster.client import Cluster

log = structlog.get_logger(__name__)

_PERIOD = 0.5


@dataclass(frozen=True, slots=True)
class MasterWatch:
    """Asks the sentinels or the cluster every `period` seconds; one server alone has nobody to ask for."""

    redis: Redis
    clock: Clock
    period: float = _PERIOD

    async def run(self) -> None:
        pool = self.redis.connection_pool
        if isinstance(self.redis, Cluster):
            look: Callable[[], Awaitable[object]] = self.redis.slots.refresh
        elif isinstance(pool, MasterPool):
            look = pool.get_master_address
        else:
            return
        told = False
        while True:
            try:
                await look()
                told = False
            except (RedisError, OSError) as error:
                if not told:
                    log.warning("redis has no master", error=said(error))
                told = True
            if is_cancelled():
                return
            await self.clock.sleep(self.period)
