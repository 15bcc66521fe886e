"""Everything a campaign plays on: servers, sandbox, processes. Times are short, so that much happens soon."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers, RedisOptions
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import upgrade
from apps.game_core.adapters.redis.client import connect
from apps.game_core.settings import CoreSettings, DurabilityMode
from apps.sandbox.config import FloodModel, SandboxConfig, UserSeed
from apps.sandbox.server import SandboxServer
from bot.chaos.fleet import Fleet, Member
from bot.chaos.plan import Persistence, Plan

_BOTS = 2
_WORKERS = 2
# Seconds. A lease shorter than the database's patience makes late commits of stale claims happen, too.
_TIMES: Mapping[str, float] = {
    "inventory_session_ttl": 4,
    "inventory_load_lock": 1,
    "inventory_sync_period": 0.5,
    "inventory_sync_lease": 2,
    "inventory_worker_period": 0.2,
    "redis_timeout": 1,
    "database_timeout": 3,
    "shutdown_sync_timeout": 5,
}
_ENVIRONMENT: Mapping[str, str] = {
    **{name.upper(): str(seconds) for name, seconds in _TIMES.items()},
    "INVENTORY_WORKER": "false",
    "DATABASE_POOL_SIZE": "4",
    "DRAIN_TIMEOUT": "2",
    "LOG_LEVEL": "INFO",
}


@dataclass(frozen=True, slots=True)
class Scene:
    servers: EmbeddedServers
    sandbox: SandboxServer
    fleet: Fleet
    settings: CoreSettings
    redis: Redis
    engine: AsyncEngine
    data: Path


@asynccontextmanager
async def open_scene(plan: Plan, data: Path) -> AsyncIterator[Scene]:
    """Servers on `data`, the tables made; no process started yet."""
    redis_options = RedisOptions(appendonly="everysec" if plan.persistence is Persistence.AOF else None)
    with EmbeddedServers(data, durable=False, redis_options=redis_options) as servers:
        settings = CoreSettings.model_validate(
            {"redis_url": servers.redis_url, "database_url": servers.database_url, **_TIMES}
        )
        engine, redis = make_engine(servers.database_url), connect(servers.redis_url)
        users = tuple(UserSeed(number + 1, f"Player {number + 1}") for number in range(plan.players))
        config = SandboxConfig(port=0, users=users, flood=FloodModel(enabled=False))
        try:
            await upgrade(engine)
            async with SandboxServer(config) as sandbox:
                fleet = _fleet(settings, sandbox, data, strict=plan.strict)
                yield Scene(servers, sandbox, fleet, settings, redis, engine, data)
        finally:
            await redis.aclose()
            await engine.dispose()


def token(number: int) -> str:
    return f"{1000 + number}:chaos-token-chaos-token-chaos-token"


def _fleet(settings: CoreSettings, sandbox: SandboxServer, data: Path, *, strict: bool) -> Fleet:
    servers = {"REDIS_URL": settings.redis_url, "DATABASE_URL": settings.database_url}
    durability = DurabilityMode.STRICT if strict else DurabilityMode.LAZY
    common = {
        **_ENVIRONMENT,
        **servers,
        "BOT_API_URL": sandbox.url,
        "INVENTORY_DURABILITY": durability.value,
    }

    def member(kind: str, number: int, **environment: str) -> Member:
        name = f"{kind}-{number}"
        return Member(name, (kind,), {**common, **environment}, data / f"{name}.log")

    bots = tuple(member("bot", number, BOT_TOKEN=token(number)) for number in range(_BOTS))
    return Fleet(bots, tuple(member("worker", number) for number in range(_WORKERS)))
