"""A bot whose Redis is a cluster, under the user of docs/least-rights.md for it."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from aiogram.types import Update
from redis import Redis as BlockingRedis

from apps.game_core.adapters.monitoring import answers
from apps.game_core.modules.inventory.oversight import TakeNumbers
from apps.game_core.settings import CoreSettings, DurabilityMode
from bot.incoming.shelf import RedisShelf
from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tests.journeys.test_least_rights import as_game, block
from tests.support.thumb import new_thumb
from tools.failover.clustered import Clustered, clustered
from tools.failover.watched import at
from tools.support.patience import PATIENCE


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clustered]:
    with clustered(tmp_path_factory.mktemp("nodes")) as started:
        yield started


@pytest.fixture
def asked(nodes: Clustered) -> Iterator[list[BlockingRedis]]:
    """Each node; it knows the user."""
    *_, user = block("text")
    with ExitStack() as clients:
        found = [clients.enter_context(at(port)) for port in nodes.servers]
        for client in found:
            client.execute_command(*user.split())
            client.acl_log_reset()
        yield found


@pytest.fixture
def settings(settings: CoreSettings, nodes: Clustered, asked: list[BlockingRedis]) -> CoreSettings:
    update = {"redis_url": as_game(nodes.url), "inventory_durability": DurabilityMode.REPLICATED}
    return settings.model_copy(update=update)


async def test_players_play_and_are_forgotten(
    client: SandboxClient, process: Process, asked: list[BlockingRedis]
) -> None:
    thumb = await new_thumb(client, process)
    char_id, core = await thumb.char_id(), process.core
    await thumb.tap("Inventory")
    await thumb.tap("Backpack")
    await thumb.tap("Iron Sword")
    await thumb.tap("Wear")
    assert await core.store.dirty() == [char_id]
    await thumb.tap("Back")
    await thumb.tap("Back")
    await thumb.tap("Fight")
    await thumb.tap("Strike")
    for chore in core.worker.chores:
        await chore.round()
    await core.worker.drain()
    await core.router.route("inventory", "metrics", TakeNumbers())

    assert all([await answers(probe) for probe in core.probes.values()])
    assert [node.acl_log() for node in asked] == [[]] * len(asked)
    assert "main_hand" in {row.place for row in (await thumb.world.rows(char_id)).values()}
    assert {name.split(":")[0] for name in names(asked)} == {
        *("session", "inventory", "training", "states", "bot")
    }

    await thumb.send("/delete_me")
    await thumb.tap("Delete…")
    await thumb.tap("Yes, delete everything")
    await process.settled(PATIENCE)
    assert [name for name in names(asked) if str(char_id) in name or ":11:" in f"{name}:"] == []


def names(asked: list[BlockingRedis]) -> list[str]:
    found: list[Any] = [node.keys("*") for node in asked]
    return sorted({name for each in found for name in each})


async def test_updates_that_wait_outlive_the_process(process: Process) -> None:
    message = {"message_id": 1, "date": 1, "chat": {"id": 11, "type": "private"}, "text": "hello"}
    update = Update.model_validate({"update_id": 7, "message": message})

    assert await RedisShelf(process.core.redis, process.bot).keep([update])

    shelf = RedisShelf(process.core.redis, process.bot)
    assert [each.update_id for each in await shelf.content()] == [7]
    await shelf.forget(update)
    assert await shelf.content() == []
