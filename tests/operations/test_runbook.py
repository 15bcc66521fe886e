"""The commands of docs/operations.md, as they stand there, on a game in the trouble that they are for."""

import asyncio
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.redis import keys
from apps.game_core.container import open_core
from apps.game_core.modules.items.loader import default_catalog_dir
from apps.game_core.settings import CoreSettings
from bot.settings import BotSettings
from tests.support.world import World
from tools.cli.main import cli

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
OF_THE_PAGE, ITEM_OF_THE_PAGE = "385195084987893519", "385534498910330831"
FILES_OF_THE_PAGE = "path/to/changed/items"
_OF_THE_PAGE = re.compile(f"{OF_THE_PAGE}|{ITEM_OF_THE_PAGE}|{FILES_OF_THE_PAGE}")
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


def blocks(language: str, text: str = PAGE) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return [line for block in found for line in block.strip().splitlines()]


def commands(section: str) -> list[list[str]]:
    """Those of our own program that stand under the heading."""
    _, *parts = SECTION.split(PAGE)
    [text] = [text for title, text in zip(parts[::2], parts[1::2], strict=True) if title == section]
    lines = [shlex.split(line) for line in blocks("sh", text)]
    return [words[2:] for words in lines if words[:2] == ["python3", "run.py"]]


@pytest.fixture(autouse=True)
def addresses(servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", servers.redis_url)
    monkeypatch.setenv("DATABASE_URL", servers.database_url)
    # Logs set up here would keep the runner's streams, which are closed after each command.
    for module in ("asking", "upkeep", "auditing"):
        monkeypatch.setattr(f"bot.cli.{module}.set_up_logs", lambda _: None, raising=False)


async def done(section: str, char_id: int, **others: object) -> list[str]:
    """What each command of the section says, of this character instead of the page's; all end well.

    `others` are for the page's `item` and `files`.
    """
    item, files = others.get("item"), others.get("files")
    ours = {OF_THE_PAGE: char_id, ITEM_OF_THE_PAGE: item, FILES_OF_THE_PAGE: files}
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


async def test_an_operator_sees_where_pieces_come_from(world: World) -> None:
    char_id = await changed(world)
    await world.gateway.sync_inventory(char_id)

    everything, ore, coins = await done("What there is, and where it comes from", char_id)

    assert "bread: 2 owned" in everything
    assert "iron_ore: 12 owned" in ore
    assert "Coins: 0 owned" in coins


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


def test_settings_that_the_page_names_are_there() -> None:
    named = {line.split("=", 1)[0] for line in blocks("ini")} - {"DATABASE_PASSWORD"}
    named |= set(re.findall(r"`([A-Z]+_[A-Z_]+)(?:=\w+)?`", PAGE))
    assert named <= {name.upper() for each in (CoreSettings, BotSettings) for name in each.model_fields}


def test_headings_that_the_page_leads_to_are_there() -> None:
    anchors = {title.lower().replace(" ", "-") for title in re.findall(r"^###? (.+)$", PAGE, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= anchors
