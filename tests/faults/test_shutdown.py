"""Row 22: SIGTERM to a real bot process while players tap."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from apps.game_core.settings import CoreSettings
from apps.sandbox.client import NotSeenError, Player, SandboxClient
from apps.sandbox.config import FloodModel, SandboxConfig
from apps.sandbox.server import SandboxServer
from tests.support.invariants import check
from tests.support.world import World

TOKEN = "1000:shutdown-token-shutdown-token-shutdown"


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    config = SandboxConfig(port=0, flood=FloodModel(enabled=False))
    async with SandboxServer(config) as server:
        yield server


@pytest.fixture
async def bot(sandbox: SandboxServer, settings: CoreSettings, world: World) -> AsyncIterator[Process]:
    env = {
        **os.environ,
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": sandbox.url,
        "REDIS_URL": settings.redis_url,
        "DATABASE_URL": settings.database_url,
        "INVENTORY_WORKER": "false",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "bot", cwd=Path(__file__).parents[2], env=env
    )
    yield process
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


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
async def test_fault_22_sigterm_under_load(sandbox: SandboxServer, bot: Process, world: World) -> None:
    async with SandboxClient(sandbox.url) as client:
        await client.until_served(within=60)
        players = [await client.add_user(number, f"Player {number}") for number in range(1, 6)]
        await asyncio.gather(*map(to_the_potion, players))
        told: list[list[str]] = [[] for _ in players]
        busy = asyncio.Event()
        tapping = [
            asyncio.create_task(keep_tapping(player, answers, busy))
            for player, answers in zip(players, told, strict=True)
        ]
        await asyncio.wait_for(busy.wait(), 60)
        bot.send_signal(signal.SIGTERM)
        exit_code = await asyncio.wait_for(bot.wait(), 30)
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
