"""The bot under the role and the ACL user of docs/least-rights.md, and not a right more."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import sqlalchemy as sa
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.exceptions import NoPermissionError
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.monitoring import answers
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.oversight import TakeNumbers
from apps.game_core.settings import CoreSettings, DurabilityMode
from bot.callbacks.buttons import Open, ScreenName
from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tests.support.redis_answers import command
from tests.support.thumb import new_thumb
from tests.support.world import World
from tools.failover.watched import at, watched

PAGE = (Path(__file__).parents[2] / "docs" / "least-rights.md").read_text(encoding="utf-8")


def block(language: str) -> list[str]:
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return [line for each in found for line in each.strip().splitlines()]


def as_game(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"game:choose-one@{host}"))


@pytest.fixture
async def settings(
    settings: CoreSettings, database: AsyncEngine, redis: Redis
) -> AsyncIterator[CoreSettings]:
    line, *_ = block("text")
    async with database.begin() as connection:
        for statement in block("sql"):
            await connection.execute(sa.text(statement))
    await command(redis, *line.split())
    await redis.acl_log_reset()
    addresses = {
        "redis_url": as_game(settings.redis_url),
        "database_url": as_game(settings.database_url),
    }
    try:
        yield settings.model_copy(update=addresses)
    finally:
        await redis.acl_deluser("game")
        async with database.begin() as connection:
            await connection.execute(sa.text("DROP OWNED BY game"))
            await connection.execute(sa.text("DROP ROLE game"))


async def test_fault_62_the_bot_plays_with_the_rights_that_are_documented(
    client: SandboxClient, process: Process, redis: Redis
) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    core = process.core
    await core.gateway.equip_item(char_id, (await thumb.world.item(char_id, "iron_sword")).id)
    await thumb.tap("Inventory")
    assert await thumb.world.is_indexed(char_id)
    await thumb.tap("Backpack")
    await thumb.tap("Back")
    await thumb.tap("Fight")
    await thumb.tap("Strike")
    await core.gateway.view(char_id)
    await core.worker.shares.renew()
    for chore in core.worker.chores:
        await chore.round()
    await core.worker.leave()
    assert await core.events.round()
    await thumb.tap_data(Open(screen=ScreenName.CODEX, owner=11).pack())
    await core.router.route("inventory", "metrics", TakeNumbers())
    assert {name: await answers(probe) for name, probe in core.probes.items()} == dict.fromkeys(
        core.probes, True
    )
    # Much of what Redis refuses is done without; it keeps a list of that.
    assert await redis.acl_log() == []
    rows = await thumb.world.rows(char_id)
    assert "main_hand" in {row.place for row in rows.values()}


@pytest.fixture
async def by_sentinels(tmp_path: Path) -> AsyncIterator[tuple[str, Sequence[BlockingRedis]]]:
    """An address with both users of the page, and the servers and sentinels that know them."""
    of_servers, of_sentinels, _ = (line.split() for line in block("text"))
    with watched(tmp_path, replicas=1) as servers, ExitStack() as clients:
        ports = [(port, of_servers) for port in servers.servers]
        ports += [(each.port, of_sentinels) for each in servers.sentinels]
        asked = [clients.enter_context(at(port)) for port, _ in ports]
        for client, (_, user) in zip(asked, ports, strict=True):
            client.execute_command(*user)
            client.acl_log_reset()
        await servers.until_followed(servers.master)
        own = "sentinel_username=game&sentinel_password=choose-another"
        yield f"{as_game(servers.url)}?{own}", asked


async def test_fault_62_the_rights_are_enough_by_sentinels_and_with_replicas(
    by_sentinels: tuple[str, Sequence[BlockingRedis]], settings: CoreSettings
) -> None:
    url, asked = by_sentinels
    update = {"redis_url": url, "inventory_durability": DurabilityMode.REPLICATED}
    async with open_core(settings.model_copy(update=update)) as core:
        world = World(core)
        char_id = await world.character()
        await core.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id, 1)
        assert await answers(core.probes["redis"])
    assert [client.acl_log() for client in asked] == [[]] * len(asked)


@pytest.mark.parametrize(
    "statement", ["DROP TABLE characters", "TRUNCATE characters", "CREATE TABLE x (a int)"]
)
async def test_fault_62_its_role_can_do_nothing_else(process: Process, statement: str) -> None:
    async with process.core.engine.connect() as connection:
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            await connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    "words",
    [
        "FLUSHALL",
        "KEYS *",
        "CONFIG GET maxmemory",
        "MONITOR",
        "SHUTDOWN",
        "ACL LIST",
        "SET theirs 1",
        "GET theirs",
    ],
)
async def test_fault_62_its_redis_user_can_do_nothing_else(process: Process, words: str) -> None:
    with pytest.raises(NoPermissionError):
        await command(process.core.redis, *words.split())
