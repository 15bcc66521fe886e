"""What a Redis server must be like to hold sessions that are the truth until they are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, AuthorizationError, NoPermissionError, ResponseError

from apps.game_core.adapters.redis.client import redis_errors
from apps.game_core.adapters.redis.keys import names_in
from apps.game_core.adapters.redis.sentinels import NoMasterError
from apps.game_core.errors import StartError, causes, is_mistrust
from apps.game_core.modules.inventory.errors import SessionStoreDownError
from apps.redis_cluster.client import Cluster, connections_to, servers_of
from apps.redis_cluster.slots import NoClusterError

log = structlog.get_logger(__name__)

_ONE_OF_MANY = "REDIS_URL: this server is a node of a Redis Cluster, whose address is redis+cluster://host:port,host:port"


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
    """Raises StartError of a server that refuses us, or is not who the address says; EvictingRedisError.

    A server that is away is not checked: the game starts degraded.
    """
    try:
        with redis_errors():
            told = [await each.info() for each in await servers_of(redis)]
    except SessionStoreDownError as error:
        if any(_is_refusal(each) for each in causes(error)):
            raise StartError(f"REDIS_URL: {error}") from error
        log.warning("redis is away, not checked", error=str(error))
        return
    _require_keeping(told)
    if not isinstance(redis, Cluster) and told[0].get("cluster_enabled"):
        raise StartError(_ONE_OF_MANY)
    if not all(each.get("aof_enabled") for each in told):
        log.warning("redis has no append-only file: if it dies, changes not yet in PostgreSQL are lost")


def _is_refusal(error: BaseException) -> bool:
    """It stays as long as nobody changes the address, the server's users or its certificate."""
    if isinstance(error, ResponseError):
        return isinstance(error, NoPermissionError) or "DB index" in str(error)
    refusals = (AuthenticationError, AuthorizationError, NoMasterError, NoClusterError)
    return is_mistrust(error) or isinstance(error, refusals)


async def require_keeping(redis: Redis) -> None:
    """Raises EvictingRedisError, also of a server that was set so after the start; SessionStoreDownError."""
    with redis_errors():
        told = [await each.info("memory") for each in await servers_of(redis)]
    _require_keeping(told)


def _require_keeping(told: Sequence[Mapping[str, Any]]) -> None:
    for each in told:
        policy = str(each.get("maxmemory_policy", ""))
        if policy.startswith("allkeys-"):
            raise EvictingRedisError(policy)


async def require_writes(redis: Redis) -> None:
    """Of all servers that have keys. Raises SessionStoreDownError."""
    # Nobody's id: nothing changes, but whoever takes no writes refuses this one, too.
    asked = [("ZREM", index, "") for index in names_in(redis).indexes]
    with redis_errors():
        for reply in await connections_to(redis).pipelined(asked):
            if isinstance(reply, Exception):
                raise reply
