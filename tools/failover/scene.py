"""What a case is played on: servers and sentinels, PostgreSQL, a sandbox, bots behind a front, workers."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import upgrade
from apps.game_core.settings import CoreSettings
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.config import FloodModel, SandboxConfig, UserSeed
from telegram_sandbox.server import SandboxServer
from tools.chaos.fleet import Fleet, Member
from tools.chaos.front import Front, all_listen, open_front
from tools.chaos.plan import LEAST_A_MINUTE
from tools.failover.cases import Case
from tools.failover.clustered import Clustered, clustered
from tools.failover.watched import Watched, watched

_TOKEN = "1000:failover-token-failover-token-fail"  # noqa: S105 - opens nothing
_SECRET = "failover-secret-failover-secret"  # noqa: S105 - keeps nobody out
_SERVED = 60.0
_GLANCE = 0.05
# Seconds. Nobody writes to PostgreSQL in between, but bots look for losses as often as this.
_SYNC_PERIOD = "1"
_ENVIRONMENT: Mapping[str, str] = {
    "INVENTORY_WORKER": "false",
    "INVENTORY_SYNC_PERIOD": _SYNC_PERIOD,
    "REDIS_TIMEOUT": "1",
    "DATABASE_POOL_SIZE": "4",
    "DRAIN_TIMEOUT": "2",
    "LOG_LEVEL": "INFO",
}


@dataclass(frozen=True, slots=True)
class Size:
    """`seconds` of play; `replicas` of the master."""

    seconds: float = 12.0
    players: int = 20
    bots: int = 2
    replicas: int = 2

    @property
    def least(self) -> int:
        """How many operations must be acknowledged for a case to mean anything."""
        return round(LEAST_A_MINUTE * self.players * self.seconds / 60)


@dataclass(frozen=True, slots=True)
class Scene:
    """The `workers` start when the play is over: until then nothing but Redis has what is told."""

    redis: Watched | Clustered
    sandbox: SandboxServer
    bots: Fleet
    workers: Fleet
    front: Front
    settings: CoreSettings

    @property
    def bot(self) -> Bot:
        return self.sandbox.state.bot_of(_TOKEN)

    async def served(self) -> None:
        """Wait until every process of the bot takes updates in."""
        async with asyncio.timeout(_SERVED):
            while not (self.bot.record.webhook is not None and await all_listen(self.front.ports)):  # noqa: ASYNC110 - other processes say so
                await asyncio.sleep(_GLANCE)


@asynccontextmanager
async def open_scene(case: Case, size: Size, data: Path) -> AsyncIterator[Scene]:
    """Everything but the bots and workers runs."""
    users = tuple(UserSeed(number + 1, f"Player {number + 1}") for number in range(size.players))
    config = SandboxConfig(port=0, users=users, flood=FloodModel(enabled=False))
    dice = random.Random(str(case))  # noqa: S311 - no secret
    with (
        EmbeddedServers(data / "postgres", durable=False, redis=False) as servers,
        _redis(case, size, data) as redis,
    ):
        engine = make_engine(servers.database_url)
        await upgrade(engine)
        await engine.dispose()
        settings = CoreSettings(_env_file=None, redis_url=redis.url, database_url=servers.database_url)
        async with SandboxServer(config) as sandbox, open_front(size.bots, dice) as front:
            common = _environment(settings, sandbox, case)
            bots = tuple(_bot(number, common, front, data) for number in range(size.bots))
            workers = (Member("worker-0", ("worker",), common, data / "worker-0.log"),)
            scene = Scene(redis, sandbox, Fleet(bots, ()), Fleet((), workers), front, settings)
            try:
                yield scene
            finally:
                for member in (*scene.bots, *scene.workers):
                    await asyncio.to_thread(member.kill)


def _redis(case: Case, size: Size, data: Path) -> AbstractContextManager[Watched | Clustered]:
    make: Callable[..., AbstractContextManager[Watched | Clustered]]
    make = clustered if case.in_a_cluster else watched
    return make(data, replicas=size.replicas, config=case.safety.config)


def _environment(settings: CoreSettings, sandbox: SandboxServer, case: Case) -> Mapping[str, str]:
    return {
        **_ENVIRONMENT,
        "REDIS_URL": settings.redis_url,
        "DATABASE_URL": settings.database_url,
        "BOT_API_URL": sandbox.url,
        "BOT_TOKEN": _TOKEN,
        "INVENTORY_DURABILITY": case.safety.durability.value,
    }


def _bot(number: int, common: Mapping[str, str], front: Front, data: Path) -> Member:
    hook = {
        "WEBHOOK_URL": front.url,
        "WEBHOOK_SECRET": _SECRET,
        "WEBHOOK_PORT": str(front.ports[number]),
    }
    return Member(f"bot-{number}", ("bot",), {**common, **hook}, data / f"bot-{number}.log")
