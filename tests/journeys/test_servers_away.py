"""Taps while a server is away: answered at once, and working again when it is back. Servers of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from apps.embedded import EmbeddedServers
from apps.game_core.settings import CoreSettings
from bot.incoming.polling import Polling
from bot.running import open_process
from telegram_sandbox.client import Player, SandboxClient
from telegram_sandbox.server import SandboxServer
from tests.journeys.conftest import TOKEN


@pytest.fixture
def own_servers(tmp_path: Path) -> Iterator[EmbeddedServers]:
    with EmbeddedServers(tmp_path, durable=True) as servers:
        yield servers


@pytest.fixture
async def player(sandbox: SandboxServer, own_servers: EmbeddedServers) -> AsyncIterator[Player]:
    settings = CoreSettings(
        _env_file=None, redis_url=own_servers.redis_url, database_url=own_servers.database_url
    )
    async with open_process(settings, TOKEN, sandbox.url) as process, SandboxClient(sandbox.url) as client:
        polling = Polling(process.bot, process.dispatcher)
        running = asyncio.create_task(polling.run())
        alice = await client.add_user(1, "Alice")
        await alice.send("/start")
        await alice.tap("Inventory")
        await alice.menu()
        yield alice
        polling.stop()
        await running


async def test_with_redis_away_taps_are_answered_and_later_work_again(
    player: Player, own_servers: EmbeddedServers
) -> None:
    menu = await player.menu()
    await player.tap("Backpack")
    await player.tap("Iron Sword")
    own_servers.redis.kill()

    refused = await player.tap("Wear")
    await player.tap("Back")
    await player.sees("may be a moment old")
    forged = await player.client.tap(player.id, player.chat_id, menu.message_id, "nonsense", wait=2)

    assert refused.alert is not None
    assert forged.answer is not None
    await player.sees("the tavern hums")  # where nobody's state is known, everybody is in the lobby
    own_servers.redis.start()
    await player.tap("Inventory")
    await player.tap("Backpack")
    await player.tap("Iron Sword")
    assert "Iron Sword" in ((await player.tap("Wear")).text or "")


async def test_with_postgresql_away_a_start_still_shows_the_lobby(
    player: Player, own_servers: EmbeddedServers
) -> None:
    own_servers.postgres.kill()

    await player.send("/start")

    await player.sees("the tavern hums")


async def test_with_postgresql_away_an_open_inventory_goes_on(
    player: Player, own_servers: EmbeddedServers
) -> None:
    own_servers.postgres.kill()

    await player.tap("Backpack")
    await player.tap("Iron Sword")
    assert "Iron Sword" in ((await player.tap("Wear")).text or "")
    assert (await player.tap("Close")).answer is not None
    await player.sees("the tavern hums")

    own_servers.postgres.start()
    await player.tap("Inventory")
    await player.offers("⚔️ Iron Sword")
