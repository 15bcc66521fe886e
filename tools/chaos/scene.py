"""Everything a campaign plays on: servers, sandbox, processes. Times are short, so that much happens soon."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers, RedisOptions
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import upgrade
from apps.game_core.adapters.redis.client import connect
from apps.game_core.settings import CoreSettings, DurabilityMode
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.config import FloodModel, SandboxConfig, UserSeed
from telegram_sandbox.server import SandboxServer
from tools.chaos.clocks import RedisClock, ShiftedTimes, faked_clock
from tools.chaos.fleet import Fleet, Member
from tools.chaos.front import Front, open_front
from tools.chaos.plan import Persistence, Plan
from tools.chaos.pooler import Pooler, open_pooler

_WORKERS = 2
_TOKEN = "1000:chaos-token-chaos-token-chaos-token"  # noqa: S105 - opens nothing
_SECRET = "chaos-secret-chaos-secret"  # noqa: S105 - keeps nobody out
_SERVED = 60.0
_GLANCE = 0.05
SESSION_TTL = 6.0
"""Seconds. So short that a player who rests for a moment comes back to a session that remembers nothing."""
# Seconds. A lease shorter than the database's patience makes late commits of stale claims happen, too.
_TIMES: Mapping[str, float] = {
    "inventory_session_ttl": SESSION_TTL,
    "inventory_load_lock": 1,
    "inventory_sync_period": 0.5,
    "inventory_sync_lease": 2,
    "inventory_worker_lease": 2,
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
    """`settings` lead to the servers themselves, whatever the processes go through."""

    servers: EmbeddedServers
    sandbox: SandboxServer
    fleet: Fleet
    settings: CoreSettings
    redis: Redis
    engine: AsyncEngine
    data: Path
    clock: RedisClock
    front: Front | None
    pooler: Pooler | None

    @property
    def bot(self) -> Bot:
        return self.sandbox.state.bot_of(_TOKEN)

    async def served(self) -> None:
        """Wait until every process of the bot takes updates in."""
        async with asyncio.timeout(_SERVED):
            while not await self._listening():  # noqa: ASYNC110 - other processes say so
                await asyncio.sleep(_GLANCE)

    async def _listening(self) -> bool:
        if self.front is None:
            return self.bot.is_listening
        return self.bot.record.webhook is not None and await self.front.all_listen()


@asynccontextmanager
async def open_scene(plan: Plan, data: Path) -> AsyncIterator[Scene]:
    """Servers on `data`, the tables made; no process started yet."""
    faked = faked_clock(data)
    redis_options = RedisOptions(
        appendonly="everysec" if plan.persistence is Persistence.AOF else None,
        environment=faked.environment if faked else {},
    )
    with (
        EmbeddedServers(data, durable=False, redis_options=redis_options) as servers,
        _pooler(plan, servers) as pooler,
    ):
        settings = CoreSettings.model_validate(
            {"redis_url": servers.redis_url, "database_url": servers.database_url, **_TIMES}
        )
        engine, redis = make_engine(servers.database_url), connect(servers.redis_url)
        users = tuple(UserSeed(number + 1, f"Player {number + 1}") for number in range(plan.players))
        config = SandboxConfig(port=0, users=users, flood=FloodModel(enabled=False))
        try:
            await upgrade(engine)
            async with SandboxServer(config) as sandbox, _front(plan) as front:
                reached = {"database_url": pooler.url} if pooler else {}
                fleet = _fleet(settings.model_copy(update=reached), sandbox, data, plan, front)
                clock = faked or ShiftedTimes(redis)
                yield Scene(servers, sandbox, fleet, settings, redis, engine, data, clock, front, pooler)
        finally:
            await redis.aclose()
            await engine.dispose()


@contextmanager
def _pooler(plan: Plan, servers: EmbeddedServers) -> Iterator[Pooler | None]:
    if not plan.pooled:
        yield None
        return
    with open_pooler(servers.postgres) as pooler:
        yield pooler


@asynccontextmanager
async def _front(plan: Plan) -> AsyncIterator[Front | None]:
    """Several processes of one bot are served by webhook; one alone asks for its updates itself."""
    if plan.bots == 1:
        yield None
        return
    async with open_front(plan.bots, random.Random(f"{plan.seed}:front")) as front:  # noqa: S311 - no secret
        yield front


def _fleet(
    settings: CoreSettings, sandbox: SandboxServer, data: Path, plan: Plan, front: Front | None
) -> Fleet:
    durability = DurabilityMode.STRICT if plan.strict else DurabilityMode.LAZY
    common = {
        **_ENVIRONMENT,
        "REDIS_URL": settings.redis_url,
        "DATABASE_URL": settings.database_url,
        "BOT_API_URL": sandbox.url,
        "BOT_TOKEN": _TOKEN,
        "INVENTORY_DURABILITY": durability.value,
    }

    def member(kind: str, number: int, environment: Mapping[str, str]) -> Member:
        name = f"{kind}-{number}"
        return Member(name, (kind,), {**common, **environment}, data / f"{name}.log")

    hooks = [_hook(front, port) for port in front.ports] if front else [{}]
    bots = tuple(member("bot", number, hook) for number, hook in enumerate(hooks))
    return Fleet(bots, tuple(member("worker", number, {}) for number in range(_WORKERS)))


def _hook(front: Front, port: int) -> Mapping[str, str]:
    return {"WEBHOOK_URL": front.url, "WEBHOOK_SECRET": _SECRET, "WEBHOOK_PORT": str(port)}
