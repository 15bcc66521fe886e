"""Several bot processes with one token behind a balancer, and one pair of servers behind them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from apps.embedded import EmbeddedServers
from apps.game_core.settings import CoreSettings
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.config import Bounds, FloodModel, SandboxConfig, UserSeed
from telegram_sandbox.server import SandboxServer
from telegram_sandbox.world.world import World
from tools.chaos.fleet import Fleet, Member
from tools.crowd.balancer import Balancer, balance
from tools.support.ports import free_ports

TOKEN = "1000:crowd-token-crowd-token-crowd-token"  # noqa: S105 - opens nothing
_SECRET = "crowd-secret-crowd-secret"  # noqa: S105 - keeps nobody out
_CALLS = 500_000
_SERVED = 60.0
_GLANCE = 0.05


@dataclass(frozen=True, slots=True)
class Scene:
    servers: EmbeddedServers
    sandbox: SandboxServer
    settings: CoreSettings
    fleet: Fleet
    balancer: Balancer

    @property
    def world(self) -> World:
        return self.sandbox.state

    @property
    def bot(self) -> Bot:
        return self.world.bot_of(TOKEN)


@asynccontextmanager
async def open_scene(bots: int, players: int, data: Path, per_second: float = 0) -> AsyncIterator[Scene]:
    """The bots serve the players by webhook, under the sandbox's default model of flood control.

    `per_second`: what the sandbox takes in all chats together, 0 for no limit.
    """
    users = tuple(UserSeed(number + 1, f"Player {number + 1}") for number in range(players))
    flood = FloodModel(bot_per_second=per_second)
    config = SandboxConfig(port=0, users=users, flood=flood, bounds=Bounds(calls=_CALLS))
    front, *ports = free_ports(2 * bots + 1)
    listening, watched = ports[:bots], ports[bots:]
    with EmbeddedServers(data, durable=False) as servers:
        settings = CoreSettings(
            _env_file=None, redis_url=servers.redis_url, database_url=servers.database_url
        )
        hooks = [_hook(port) for port in listening]
        async with SandboxServer(config) as sandbox, balance(hooks, front) as balancer:
            places = zip(listening, watched, strict=True)
            fleet = Fleet(tuple(_member(settings, sandbox, front, each, data) for each in places), ())
            try:
                await _serve(fleet)
                yield Scene(servers, sandbox, settings, fleet, balancer)
            finally:
                for member in fleet:
                    await asyncio.to_thread(member.kill)


async def _serve(fleet: Fleet) -> None:
    """One after the other: the first makes the tables, and each sets the same webhook."""
    for number, member in enumerate(fleet.bots, 1):
        await asyncio.to_thread(member.start)
        async with asyncio.timeout(_SERVED):
            while fleet.events()["webhook set"] < number:  # noqa: ASYNC110 - another process says so
                await asyncio.sleep(_GLANCE)


def _member(
    settings: CoreSettings, sandbox: SandboxServer, front: int, ports: tuple[int, int], data: Path
) -> Member:
    """`ports`: of its webhook, and of what it tells of itself."""
    port, watched = ports
    environment = {
        "REDIS_URL": settings.redis_url,
        "DATABASE_URL": settings.database_url,
        "BOT_API_URL": sandbox.url,
        "BOT_TOKEN": TOKEN,
        "WEBHOOK_URL": _hook(front),
        "WEBHOOK_SECRET": _SECRET,
        "WEBHOOK_PORT": str(port),
        "METRICS_PORT": str(watched),
        "LOG_LEVEL": "INFO",
    }
    return Member(f"bot-{port}", ("bot",), environment, data / f"bot-{port}.log")


def _hook(port: int) -> str:
    return f"http://127.0.0.1:{port}/hook"
