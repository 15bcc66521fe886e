"""What a Redis server must be like to hold sessions that are the truth until they are written."""

from dataclasses import dataclass

import structlog
from redis.asyncio import Redis

from apps.game_core.adapters.redis.client import redis_errors
from apps.game_core.errors import StartError
from apps.game_core.modules.inventory.errors import SessionStoreDownError

log = structlog.get_logger(__name__)


@dataclass(eq=False)
class EvictingRedisError(StartError):
    """Under memory pressure this server would throw away changes that are written nowhere else."""

    policy: str

    def __str__(self) -> str:
        return (
            f"Redis has maxmemory-policy {self.policy}: it may evict unwritten changes."
            " Allowed: noeviction (best) or any volatile-* policy"
        )


async def check_server(redis: Redis) -> None:
    """Raises EvictingRedisError. A server that is away is not checked: the game starts degraded."""
    try:
        await require_keeping(redis)
        with redis_errors():
            persistence = await redis.info("persistence")
    except SessionStoreDownError as error:
        log.warning("redis is away, not checked", error=repr(error))
        return
    if not persistence.get("aof_enabled"):
        log.warning("redis has no append-only file: if it dies, changes not yet in PostgreSQL are lost")


async def require_keeping(redis: Redis) -> None:
    """Raises EvictingRedisError, also of a server that was set so after the start; SessionStoreDownError."""
    with redis_errors():
        memory = await redis.info("memory")
    policy = str(memory.get("maxmemory_policy", ""))
    if policy.startswith("allkeys-"):
        raise EvictingRedisError(policy)
