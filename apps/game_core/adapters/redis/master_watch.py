"""Looks out for another master: nobody may go on speaking to the old one only because it still answers."""

from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from apps.game_core.adapters.redis.sentinels import MasterPool
from apps.game_core.errors import said
from apps.game_core.system.cancelling import is_cancelled
from apps.game_core.system.protocols import Clock

log = structlog.get_logger(__name__)

_PERIOD = 0.5


@dataclass(frozen=True, slots=True)
class MasterWatch:
    """Asks the sentinels every `period` seconds; without sentinels there is nobody to ask."""

    redis: Redis
    clock: Clock
    period: float = _PERIOD

    async def run(self) -> None:
        pool = self.redis.connection_pool
        if not isinstance(pool, MasterPool):
            return
        told = False
        while True:
            try:
                await pool.get_master_address()
                told = False
            except (RedisError, OSError) as error:
                if not told:
                    log.warning("redis has no master", error=said(error))
                told = True
            if is_cancelled():
                return
            await self.clock.sleep(self.period)
