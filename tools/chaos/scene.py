"""Everything a campaign plays on: servers, sandbox, processes. Times are short, so that much happens soon."""

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import upgrade
from apps.game_core.adapters.redis.client import connect
from apps.game_core.settings import CoreSettings, DurabilityMode
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.config import FloodModel, SandboxConfig, UserSeed
from telegram_sandbox.server import SandboxServer
from tools.chaos.clocks import RedisClock, ShiftedTimes, faked_clock
from tools.chaos.fleet import Fleet, Member
from tools.chaos.front import Front, all_listen, open_front
from tools.chaos.plan import Plan
from tools.chaos.proxy import Proxy
from tools.chaos.servers import Servers, open_servers

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
    "BOT_MESSAGES_PER_SECOND": "1000",  # a campaign is about stores: how screens are paced `crowd` shows
}

# What the runbook says of upgrades, and of what comes after one.
_BESIDE_EARLIER_CODE: Mapping[str, str] = {"INVENTORY_LEDGER_PACKED": "false"}
AS_RELEASED: Mapping[str, str] = {"INVENTORY_LEDGER_PACKED": "true"}


@dataclass(frozen=True, slots=True)
class Scene:
    """`settings` lead to the servers themselves, whatever the processes go through."""

    servers: Servers
    sandbox: SandboxServer
    fleet: Fleet
    settings: CoreSettings
    redis: Redis
    engine: AsyncEngine
    data: Path
    clock: RedisClock
    front: Front | None

    @property
    def bot(self) -> Bot:
        return self.sandbox.state.bot_of(_TOKEN)

    async def served(self) -> None:
        """Wait until every process of the bot takes updates in."""
        async with asyncio.timeout(_SERVED):
            while not await self.listening():  # noqa: ASYNC110 - other processes say so
                await asyncio.sleep(_GLANCE)

    async def listening(self) -> bool:
        """Whether every process of the bot takes updates in."""
        if (door := self.front or self.servers.proxy) is None:
            return self.bot.is_listening
        return self.bot.record.webhook is not None and await all_listen(door.ports)

    def revive(self) -> None:
        """Start whatever died, servers first; blocks until they answer."""
        self.servers.revive()
        self.fleet.revive()


@asynccontextmanager
async def open_scene(plan: Plan, data: Path, code: Path | None = None) -> AsyncIterator[Scene]:
    """Servers on `data`, the tables made; no process started yet. `code`: what makes them, if not this."""
    faked = faked_clock(data)
    with open_servers(plan, data, faked) as servers:
        database_url, redis_url = servers.embedded.database_url, servers.redis_url
        settings = CoreSettings.model_validate(
            {"redis_url": redis_url, "database_url": database_url, **_TIMES}
        )
        engine, redis = make_engine(database_url), connect(redis_url)
        users = tuple(UserSeed(number + 1, f"Player {number + 1}") for number in range(plan.players))
        config = SandboxConfig(
            port=0,
            users=users,
            flood=FloodModel(enabled=False),
            callback_lifetime=plan.answers_within,
        )
        try:
            await (upgrade(engine) if code is None else asyncio.to_thread(_migrated_by, code, settings))
            async with SandboxServer(config) as sandbox, _front(plan) as front:
                reached = {"database_url": servers.pooler.url} if servers.pooler else {}
                door = front or servers.proxy
                fleet = _fleet(settings.model_copy(update=reached), sandbox, data, plan, door)
                for member in fleet if code else ():
                    member.code, member.environment = code, {**member.environment, **_BESIDE_EARLIER_CODE}
                clock = faked or ShiftedTimes(redis)
                yield Scene(servers, sandbox, fleet, settings, redis, engine, data, clock, front)
        finally:
            await redis.aclose()
            await engine.dispose()


def _migrated_by(code: Path, settings: CoreSettings) -> None:
    subprocess.run(
        [sys.executable, "-m", "bot", "migrate"],
        cwd=code,
        env={**os.environ, "DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url},
        stdout=subprocess.DEVNULL,
        check=True,
    )


@asynccontextmanager
async def _front(plan: Plan) -> AsyncIterator[Front | None]:
    """Several processes of one bot are served by webhook; one alone asks for its updates itself."""
    if plan.bots == 1 or plan.proxied:
        yield None
        return
    async with open_front(plan.bots, random.Random(f"{plan.seed}:front")) as front:  # noqa: S311 - no secret
        yield front


def _fleet(
    settings: CoreSettings, sandbox: SandboxServer, data: Path, plan: Plan, door: Front | Proxy | None
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

    hooks = [_hook(door, port) for port in door.ports] if door else [{}]
    bots = tuple(member("bot", number, hook) for number, hook in enumerate(hooks))
    return Fleet(bots, tuple(member("worker", number, {}) for number in range(plan.workers)))


def _hook(door: Front | Proxy, port: int) -> Mapping[str, str]:
    return {"WEBHOOK_URL": door.url, "WEBHOOK_SECRET": _SECRET, "WEBHOOK_PORT": str(port)}
