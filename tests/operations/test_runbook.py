"""The commands of docs/operations.md, as they stand there, on a game in the trouble that they are for."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers
from apps.embedded.binaries import postgres_program
from apps.game_core.adapters.redis import keys
from apps.game_core.container import open_core
from apps.game_core.modules.items.loader import default_catalog_dir
from apps.game_core.settings import CoreSettings
from bot.settings import BotSettings
from tests.integration.test_archiving import aged
from tests.support.deals import dealing
from tests.support.redis_answers import answered
from tests.support.runbook import PAGE, blocks, commands, ours
from tests.support.world import World
from tools.cli.main import cli

OF_THE_PAGE, ITEM_OF_THE_PAGE = "385195084987893519", "385534498910330831"
FILES_OF_THE_PAGE, ARCHIVE_OF_THE_PAGE = "path/to/changed/items", "/srv/ledger"
_OF_THE_PAGE = re.compile(f"{OF_THE_PAGE}|{ITEM_OF_THE_PAGE}|{FILES_OF_THE_PAGE}|{ARCHIVE_OF_THE_PAGE}")


@pytest.fixture(autouse=True)
def addresses(servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", servers.redis_url)
    monkeypatch.setenv("DATABASE_URL", servers.database_url)
    # Logs set up here would keep the runner's streams, which are closed after each command.
    for module in ("asking", "upkeep", "auditing"):
        monkeypatch.setattr(f"bot.cli.{module}.set_up_logs", lambda _: None, raising=False)


async def done(section: str, char_id: int, **others: object) -> list[str]:
    """What each command of the section says, of this character instead of the page's; all end well.

    `others` are for the page's `item`, `files` and `archive`.
    """
    ours = {
        OF_THE_PAGE: char_id,
        ITEM_OF_THE_PAGE: others.get("item"),
        FILES_OF_THE_PAGE: others.get("files"),
        ARCHIVE_OF_THE_PAGE: others.get("archive"),
    }
    said = []
    for written in commands(section):
        words = [_OF_THE_PAGE.sub(lambda found: str(ours[found[0]]), word) for word in written]
        ran = await asyncio.to_thread(CliRunner().invoke, cli, words)
        assert ran.exit_code == 0, (words, ran.output, ran.exception)
        said.append(ran.output)
    return said


async def changed(world: World) -> int:
    char_id = await world.character("Alice")
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id, 1)
    return char_id


async def test_a_parked_session_is_found_and_written(world: World) -> None:
    char_id = await changed(world)
    while not await world.core.store.fail(char_id):
        pass

    said = await done("Parked sessions", char_id)

    assert f"character {char_id}" in said[0]
    await world.core.worker.round()
    assert await world.pieces_in_rows(char_id, "bread") == 2


async def test_a_document_in_quarantine_is_looked_at_and_thrown_away(
    world: World, settings: CoreSettings
) -> None:
    char_id = await world.character("Alice")
    await world.gateway.view(char_id)
    await world.core.redis.set(keys.session(char_id), "{broken")
    async with open_core(settings) as fresh:
        await fresh.gateway.view(char_id)

    listed, shown, gone = await done("Quarantine", char_id)

    assert f"character {char_id}: 1" in listed
    assert "{broken" in shown
    assert "are gone" in gone


async def test_a_player_is_helped(world: World) -> None:
    char_id = await changed(world)

    bread = await world.item(char_id, "bread")

    said = await done("Helping a player", char_id, item=bread.id)

    assert len(said) == 10
    assert "backpack: 0 slots" in said[4], "it was not born two hours ago"
    assert "dropped Loaf of Bread" in said[5]
    assert "In it now: 500." in said[6]
    assert (await world.row(char_id)).coins == 300, "written now"
    assert await world.pieces_in_rows(char_id, "bread") == 2


async def test_a_trade_is_called_off(world: World) -> None:
    deal = await dealing(world)

    seen, off, audited = await done("Trades", deal.first)

    assert f"(#{deal.second}, Telegram 2): Iron Ore x12" in seen
    assert f"trade {deal.trade}: left" in off
    assert "trades looked at" in audited


async def test_an_operator_sees_who_hears_what_happened(world: World) -> None:
    char_id = await changed(world)
    assert await world.core.events.round()

    [said] = await done("Who hears what happened", char_id)

    assert "codex: 0 entries wait" in said


async def test_an_operator_sees_where_pieces_come_from(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    char_id = await changed(world)
    await world.gateway.sync_inventory(char_id)
    monkeypatch.chdir(tmp_path)

    everything, ore, coins, _ = await done("What there is, and where it comes from", char_id)

    assert "bread: 2 owned" in everything
    assert "iron_ore: 12 owned" in ore
    assert "Coins: 0 owned" in coins
    assert "inventory_economy_inventories 1.0" in (tmp_path / "economy.prom").read_text(encoding="utf-8")


async def test_what_is_old_is_archived_and_read_again(world: World, tmp_path: Path) -> None:
    char_id = await changed(world)
    await aged(world, char_id)

    archived, audited, then, nightly, anew = await done("A ledger for years", char_id, archive=tmp_path)

    assert nightly == anew == audited
    assert "2 entries of 1 characters archived: " in archived
    assert "1 inventories and 0 trades looked at, 0 not as they should be." in audited
    assert "As it was at 2025-06-01" in then
    assert "backpack: 0 slots" in then, "it was born half a year later"


async def test_changed_items_are_held_against_what_is_owned(world: World, tmp_path: Path) -> None:
    files = shutil.copytree(default_catalog_dir(), tmp_path / "items")
    (files / "consumables.toml").write_text(
        (files / "consumables.toml").read_text("utf-8").replace("Loaf of Bread", "Loaf"), "utf-8"
    )

    told, each = await done("Changing the items", await changed(world), files=files)

    assert "bread: changed; pieces owned: 2, owners: 1\n  name: Loaf of Bread -> Loaf" in told
    assert "bread x2" in each


async def test_an_upgrade_migrates_beside_players(world: World) -> None:
    [said] = await done("Upgrade", await changed(world))
    assert "The database is up to date." in said


async def test_what_is_said_of_a_restore_is_done(world: World) -> None:
    restored, audited, numbers = await done("Restore", await changed(world))
    assert "compared with the database" in restored
    assert "1" in audited
    assert "in quarantine: 0" in numbers


@pytest.fixture
async def of_its_own(
    servers: EmbeddedServers, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[str]:
    """A database that can be taken down to its tables, as DATABASE_URL."""
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    async with alone.connect() as connection:
        await connection.execute(sa.text("CREATE DATABASE backed_up"))
        url = re.sub(r"/\w+(?=\?|$)", "/backed_up", servers.database_url, count=1)
        url = url.replace("+asyncpg", "")  # as PostgreSQL's own tools know it
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("PATH", f"{postgres_program('pg_dump').parent}:{os.environ['PATH']}")
        await asyncio.to_thread(CliRunner().invoke, cli, ["migrate"])
        yield url
        await connection.execute(sa.text("DROP DATABASE backed_up WITH (FORCE)"))


async def ends_well(command: str, folder: Path) -> None:
    process = await asyncio.create_subprocess_shell(command, cwd=folder)
    assert await process.wait() == 0


@pytest.mark.usefixtures("redis")
async def test_a_backup_made_while_players_play_brings_back_what_was(
    of_its_own: str, settings: CoreSettings, tmp_path: Path
) -> None:
    dump, restore = [line for line in blocks("sh") if line.startswith("pg_")]
    settings = settings.model_copy(update={"database_url": of_its_own})
    async with open_core(settings) as core:
        world = World(core)
        char_id = await changed(world)
        await world.gateway.sync_inventory(char_id)
        await ends_well(dump, tmp_path)
        await world.gateway.add_item(char_id, "iron_ore", 1)
        await world.gateway.sync_inventory(char_id)
        assert await world.pieces_in_rows(char_id, "iron_ore") == 13

    await ends_well(restore, tmp_path)
    await done("Restore", char_id)

    async with open_core(settings) as core:
        world = World(core)
        assert await world.pieces_in_rows(char_id, "iron_ore") == 12
        assert (await world.item(char_id, "bread")).quantity == 2
        await world.gateway.add_item(char_id, "iron_ore", 1)
        await world.gateway.sync_inventory(char_id)
        assert await world.pieces_in_rows(char_id, "iron_ore") == 13


async def test_an_operator_sees_who_has_which_shares(world: World, redis: Redis) -> None:
    start = "redis-cli HGETALL "
    await world.core.worker.shares.renew()
    [key] = [line.removeprefix(start) for line in blocks("text") if line.startswith(start)]
    assert await answered(redis.hgetall(key))


RUN_ELSEWHERE = {
    "docker compose ": "no container engine here: test_composed.py runs the services' own commands",
    "17 4 * * *": "the same",
    "python3 run.py staging ": "tests/journeys/test_staging.py",
    "python3 run.py years ": "tests/journeys/test_years.py",
    "python3 run.py capacity ": "tests/journeys/test_capacity.py",
    "chgrp ": "no systemd here: test_deployment.py has systemd judge the units",
    "chmod ": "the same",
    "systemctl ": "the same",
    "redis-cli HGETALL ": "here",
    "redis-cli -h one -p 26379 SENTINEL ": "tests/faults/test_failover.py",
    "redis-cli -h MASTER CONFIG SET ": "run.py failover, where it is `held`",
    "redis-cli -h REPLICA CLUSTER FAILOVER": "tests/integration/test_cluster.py, where a master hands over",
}


def test_somebody_runs_every_command_of_the_page() -> None:
    lines = blocks("text")
    assert [line for line in lines if not line.startswith(tuple(RUN_ELSEWHERE))] == []
    assert [start for start in RUN_ELSEWHERE if not any(line.startswith(start) for line in lines)] == []
    run_here = set(re.findall(r'done\("([^"]+)"', Path(__file__).read_text(encoding="utf-8")))
    not_run = set(blocks("sh")).difference(*map(ours, run_here))
    assert sorted(line.split()[0] for line in not_run) == ["pg_dump", "pg_restore"]


def test_settings_that_the_page_names_are_there() -> None:
    named = {line.split("=", 1)[0] for line in blocks("ini")} - {"DATABASE_PASSWORD"}
    named |= set(re.findall(r"`([A-Z]+_[A-Z_]+)(?:=\w+)?`", PAGE))
    assert named <= {name.upper() for each in (CoreSettings, BotSettings) for name in each.model_fields}


def test_headings_that_the_page_leads_to_are_there() -> None:
    titles = re.findall(r"^###? (.+)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= anchors
