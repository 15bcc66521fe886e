"""Row 22: SIGTERM to a real bot process while players tap, and to a worker alone."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast
from unittest.mock import Mock

import pytest

from apps.embedded import EmbeddedServers
from apps.game_core.container import Core, open_core
from apps.game_core.settings import CoreSettings
from bot.process.lifetime import CALLED_AGAIN, on_signals, run
from telegram_sandbox.client import NotSeenError, Player, SandboxClient
from telegram_sandbox.config import FloodModel, SandboxConfig
from telegram_sandbox.server import SandboxServer
from tests.support.bot_process import BotProcess, bot_process
from tests.support.invariants import check
from tests.support.world import World
from tools.support.patience import PATIENCE

TOKEN = "1000:shutdown-token-shutdown-token-shutdown"


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    config = SandboxConfig(port=0, flood=FloodModel(enabled=False))
    async with SandboxServer(config) as server:
        yield server


@pytest.fixture
async def bot(sandbox: SandboxServer, settings: CoreSettings, world: World) -> AsyncIterator[BotProcess]:
    env = {"BOT_TOKEN": TOKEN, "BOT_API_URL": sandbox.url, "INVENTORY_WORKER": "false"}
    async with bot_process(settings, **env) as running:
        yield running


async def to_the_potion(player: Player) -> None:
    await player.send("/start")
    await player.tap("Inventory")
    await player.tap("Backpack")
    await player.tap("Health Potion")


async def keep_tapping(player: Player, told: list[str], busy: asyncio.Event) -> None:
    """Lock and unlock, for ever; collects what the player was told."""
    for label in ("Lock", "Unlock") * 1000:
        answer = (await player.tap(label, wait=1)).text
        if answer:
            told.append(answer)
        if len(told) > 8:
            busy.set()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_fault_22_sigterm_under_load(sandbox: SandboxServer, bot: BotProcess, world: World) -> None:
    async with SandboxClient(sandbox.url) as client:
        await client.until_served(within=PATIENCE)
        players = [await client.add_user(number, f"Player {number}") for number in range(1, 6)]
        await asyncio.gather(*map(to_the_potion, players))
        told: list[list[str]] = [[] for _ in players]
        busy = asyncio.Event()
        tapping = [
            asyncio.create_task(keep_tapping(player, answers, busy))
            for player, answers in zip(players, told, strict=True)
        ]
        await asyncio.wait_for(busy.wait(), PATIENCE)
        bot.process.send_signal(signal.SIGTERM)
        exit_code = await asyncio.wait_for(bot.process.wait(), PATIENCE)
        for task in tapping:
            task.cancel()
        results = await asyncio.gather(*tapping, return_exceptions=True)

    assert exit_code == 0
    assert all(isinstance(each, (asyncio.CancelledError, NotSeenError)) for each in results)
    for player, answers in zip(players, told, strict=True):
        [row] = await world.query("SELECT id FROM characters WHERE user_id = :id", id=player.id)
        ledger = await world.ledger(row.id)
        done = [answer for answer in answers if "ocked: Health Potion" in answer]
        assert len(done) <= len(ledger) <= len(done) + 1
        potion = next(each for each in (await world.rows(row.id)).values() if each.base_id == "health_potion")
        assert potion.locked == bool(len(ledger) % 2)
        assert not await world.is_indexed(row.id)
        await check(world, row.id)


@asynccontextmanager
async def lone_worker(settings: CoreSettings) -> AsyncIterator[BotProcess]:
    fields = settings.model_dump(include={"shutdown_sync_timeout", "database_timeout"})
    env = {name.upper(): str(value) for name, value in fields.items()}
    async with bot_process(settings, "worker", **env) as worker:
        await worker.says("worker started")
        yield worker


async def changed_just_now(world: World) -> list[int]:
    """Characters whose changes no round of any worker writes yet."""
    players = [await world.character(f"Player {number}") for number in range(5)]
    for char_id in players:
        bread = await world.item(char_id, "bread")
        await world.gateway.drop_item(char_id, bread.id, 1)
    return players


async def test_fault_22_sigterm_to_a_worker_alone_writes_what_is_dirty(
    world: World, settings: CoreSettings
) -> None:
    async with open_core(settings.model_copy(update={"inventory_sync_period": 60})) as core:
        players = await changed_just_now(World(core))
    async with lone_worker(settings) as worker:
        assert [await world.is_indexed(char_id) for char_id in players] == [True] * 5
        worker.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(worker.process.wait(), PATIENCE) == 0

    for char_id in players:
        assert await world.pieces_in_rows(char_id, "bread") == 2
        assert not await world.is_indexed(char_id)
        await check(world, char_id)


async def test_fault_22_a_worker_that_cannot_write_in_time_leaves_sessions_indexed(
    fragile: World, own_servers: EmbeddedServers, settings: CoreSettings
) -> None:
    urls = {"redis_url": own_servers.redis_url, "database_url": own_servers.database_url}
    own = settings.model_copy(update={**urls, "inventory_sync_period": 60, "shutdown_sync_timeout": 1})
    async with open_core(own) as core:
        players = await changed_just_now(World(core))
    async with lone_worker(own) as worker:
        own_servers.postgres.kill()
        worker.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(worker.process.wait(), PATIENCE) == 0
    own_servers.postgres.start()

    for char_id in players:
        assert await fragile.is_indexed(char_id)
        await check(fragile, char_id)
    assert await fragile.core.worker.drain() == 5


@pytest.mark.parametrize(("command", "code"), [("bot", 0), ("worker", 0), ("migrate", 1)])
async def test_fault_22_sigterm_during_a_start_that_hangs(
    settings: CoreSettings, command: str, code: int
) -> None:
    """As process 1 of a container it would otherwise be ignored until there is somebody to handle it."""
    reached = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        env = {
            "BOT_TOKEN": TOKEN,
            "REDIS_URL": f"redis://{host}",
            "DATABASE_URL": f"postgresql://{host}/game",
            "REDIS_TIMEOUT": str(PATIENCE),
        }
        async with bot_process(settings, command, **env) as running:
            await asyncio.wait_for(reached.wait(), PATIENCE)
            running.process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(running.process.wait(), PATIENCE) == code, running.said
    said = "\n".join(running.said)
    assert "called off by SIGTERM" in said
    assert "Traceback" not in said


def test_fault_22_a_driver_loses_what_calls_off_a_start() -> None:
    """As redis-py does on this Python when its answer comes in the same moment."""

    async def start() -> None:
        with suppress(asyncio.CancelledError):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(PATIENCE)
        await asyncio.sleep(PATIENCE)

    began = time.monotonic()
    assert not run(start())
    assert time.monotonic() - began < PATIENCE


def test_fault_22_called_off_just_when_the_start_is_done() -> None:
    """Whoever has signals of its own by then comes to its end in order."""
    ended = False

    async def serve(core: Core) -> None:
        nonlocal ended
        stop = asyncio.Event()
        with suppress(asyncio.CancelledError):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(PATIENCE)
        on_signals(stop.set, core)
        await stop.wait()
        await asyncio.sleep(2 * CALLED_AGAIN)
        ended = True

    assert run(serve(cast("Core", Mock())))
    assert ended
