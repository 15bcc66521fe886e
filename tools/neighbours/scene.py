"""What the measurement plays on: servers of its own, a sandbox, and a bot in a process of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import sqlalchemy as sa

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import upgrade
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.client import Player, SandboxClient
from telegram_sandbox.config import Bounds, SandboxConfig, UserSeed
from telegram_sandbox.server import SandboxServer
from telegram_sandbox.world.world import World
from tools.chaos.fleet import Member
from tools.support.ports import free_port

STRANGER = 1
_WORLD = 10_000
_SECRET = "neighbours-secret-neighbours"  # noqa: S105 - of a bot that only this process reaches
_SERVED = 60.0
_CALLS = 20_000
_CARD = ("Inventory", "Backpack", "Iron Sword")
_ON_THE_CARD = "Main hand"
_WRITTEN = sa.text("SELECT count(*) FROM inventory_operations WHERE kind = 'lock_item'")


class How(Enum):
    """How the bot gets its updates."""

    POLLING = "polling"
    WEBHOOK = "webhook"

    @property
    def token(self) -> str:
        return f"{1000 + list(How).index(self)}:neighbours-token-neighbours-token"


@dataclass(frozen=True, slots=True)
class Table:
    """A messenger's world, with one bot that serves `players` in it."""

    world: World
    bot: Bot
    players: range


@dataclass(frozen=True, slots=True)
class Scene:
    """`players`: how many there are, each way others: what the bot remembers belongs to one world."""

    servers: EmbeddedServers
    players: int
    data: Path

    async def written(self) -> int:
        """The operations that PostgreSQL has."""
        engine = make_engine(self.servers.database_url)
        try:
            async with engine.connect() as connection:
                return int(await connection.scalar(_WRITTEN) or 0)
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def served(self, how: How) -> AsyncIterator[Table]:
        """A bot serves, and every player looks at the card of a thing that can be locked and unlocked."""
        first = _WORLD * (1 + list(How).index(how))
        players = range(first, first + self.players)
        users = tuple(UserSeed(number, f"Player {number}") for number in (*players, STRANGER))
        config = SandboxConfig(port=0, users=users, bounds=Bounds(calls=_CALLS))
        async with SandboxServer(config) as sandbox:
            environment = self._environment(how, sandbox.url)
            member = Member(how.value, ("bot",), environment, self.data / f"{how.value}.log")
            await asyncio.to_thread(member.start)
            try:
                async with SandboxClient(sandbox.url) as client:
                    await client.until_served(_SERVED)
                    await asyncio.gather(*(_to_the_card(client, user_id) for user_id in players))
                yield Table(sandbox.state, sandbox.state.bot_of(how.token), players)
            finally:
                await asyncio.to_thread(member.end)

    def _environment(self, how: How, api_url: str) -> dict[str, str]:
        environment = {
            "BOT_TOKEN": how.token,
            "BOT_API_URL": api_url,
            "REDIS_URL": self.servers.redis_url,
            "DATABASE_URL": self.servers.database_url,
            "LOG_LEVEL": "ERROR",
        }
        if how is How.WEBHOOK:
            port = free_port()
            address = {"WEBHOOK_URL": f"http://127.0.0.1:{port}/updates", "WEBHOOK_PORT": str(port)}
            environment |= {**address, "WEBHOOK_SECRET": _SECRET}
        return environment


@asynccontextmanager
async def open_scene(players: int, data: Path) -> AsyncIterator[Scene]:
    """Servers on `data`, the tables made; nobody serves yet."""
    with EmbeddedServers(data, durable=False) as servers:
        engine = make_engine(servers.database_url)
        await upgrade(engine)
        await engine.dispose()
        yield Scene(servers, players, data)


async def _to_the_card(client: SandboxClient, user_id: int) -> None:
    player = Player(client, user_id)
    await player.send("/start")
    for label in _CARD:
        await player.tap(label, wait=_SERVED)
    await player.sees(_ON_THE_CARD, within=_SERVED)
