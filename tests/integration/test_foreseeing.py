"""`admin foresee`: changed item files against what players own, before anybody loads them."""

import asyncio
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from apps.embedded import EmbeddedServers
from apps.game_core.modules.inventory.contracts import AddItem
from apps.game_core.modules.inventory.foresight import Foresee, Oddity
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.modules.items.loader import LOOT, SHOP, default_catalog_dir, load_catalog
from bot.cli.main import cli
from tests.support.world import World

GONE, UNMET = "no such kind any more: can only be dropped", "worn by who could not put it on again"
STUCK = "would stay in the inbox, and come out of it as things are"


@pytest.fixture(autouse=True)
def addresses(servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", servers.redis_url)
    monkeypatch.setenv("DATABASE_URL", servers.database_url)
    monkeypatch.setattr("bot.cli.asking.set_up_logs", lambda _: None)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The item files in use, to be changed, without the loot tables and wares that need some of them."""
    return shutil.copytree(
        default_catalog_dir(), tmp_path / "items", ignore=shutil.ignore_patterns(LOOT, SHOP)
    )


def change(files: Path, name: str, before: str, after: str) -> None:
    text = (files / name).read_text("utf-8")
    assert before in text
    (files / name).write_text(text.replace(before, after, 1), "utf-8")


def without(files: Path, name: str, base_id: str) -> None:
    tables = (files / name).read_text("utf-8").split("\n[")
    (files / name).write_text(
        "\n[".join(each for each in tables if not each.startswith(f"{base_id}]")), "utf-8"
    )


async def foresee(files: Path, *options: str) -> Result:
    arguments = ["admin", "foresee", str(files), "--quiet", *options]
    return await asyncio.to_thread(CliRunner().invoke, cli, arguments)


async def lines(files: Path, *options: str) -> list[str]:
    told = await foresee(files, *options)
    assert told.exit_code == 0, told.output
    return [line for line in told.output.splitlines() if "[warning" not in line]


async def test_the_files_in_use_change_nothing(world: World, files: Path) -> None:
    await world.character()
    assert await lines(files) == ["kinds that would change: 0, characters who own some of it: 0"]


async def test_every_owned_stack_that_would_change_is_named_with_what_comes_of_it(
    world: World, files: Path
) -> None:
    wears, carries, idle = [await world.character(name) for name in ("Wears", "Carries", "Idle")]
    bow = await world.item(wears, "hunting_bow")
    await world.gateway.equip_item(wears, bow.id, Slot.MAIN_HAND)
    await world.core.gateway.sync_inventory(wears)
    bread = {each: (await world.item(each, "bread")).id for each in (wears, carries, idle)}
    await world.gateway.drop_item(idle, bread[idle], 3)  # not written yet
    without(files, "consumables.toml", "bread")
    change(files, "weapons.toml", "[hunting_bow]\n", "[hunting_bow]\nlevel = 9\n")
    bows = {each: (await world.item(each, "hunting_bow")).id for each in (carries, idle)}

    told = await lines(files, "--each")

    assert set(told) >= {
        f"character {wears}: hunting_bow x1 (item {bow.id}, main_hand): {UNMET}",
        f"character {wears}: bread x3 (item {bread[wears]}, backpack): {GONE}",
        f"character {carries}: bread x3 (item {bread[carries]}, backpack): {GONE}",
        *(f"character {each}: hunting_bow x1 (item {bows[each]}, backpack): changed" for each in bows),
    }
    assert len([line for line in told if line.startswith("character ")]) == 5
    summary = [line for line in told if not line.startswith("character ")]
    assert summary == [
        "bread: gone; pieces owned: 6, owners: 2",
        f"  stacks: 2, {GONE}",
        "hunting_bow: changed; pieces owned: 3, owners: 3",
        "  level: 1 -> 9",
        f"  stacks: 1, {UNMET}",
        "kinds that would change: 2, characters who own some of it: 3",
        "what the merchant sells would change",
    ]


async def test_whoever_has_what_nobody_can_read_is_named_and_holds_up_nobody(
    world: World, files: Path
) -> None:
    sealed, _ = [await world.character(name) for name in ("Sealed", "Other")]
    await world.execute(
        """UPDATE inventory_items SET affixes = '{"luck": 3}'
        WHERE base_id = 'copper_ring' AND char_id = :id""",
        id=sealed,
    )
    await world.core.redis.flushall()
    without(files, "consumables.toml", "bread")

    told = await lines(files)

    assert "bread: gone; pieces owned: 3, owners: 1" in told
    assert f"characters of whom something cannot be read, left out: {sealed}" in told


async def test_it_changes_nothing_and_opens_nobody(world: World, files: Path) -> None:
    char_id = await world.character()
    without(files, "consumables.toml", "bread")
    keys = await world.core.redis.keys("*")

    await foresee(files)

    assert await world.core.redis.keys("*") == keys
    assert await world.pieces_in_rows(char_id, "bread") == 3


async def test_what_is_not_written_yet_is_named_too(world: World, files: Path) -> None:
    char_id = await world.character()
    await world.gateway.perform(char_id, AddItem(base_id="silver_ring", quantity=2), op_id="found")
    ring = await world.item(char_id, "silver_ring")
    without(files, "accessories.toml", "silver_ring")

    assert f"character {char_id}: silver_ring x1 (item {ring.id}, backpack): {GONE}" in await lines(
        files, "--each"
    )
    assert await world.pieces_in_rows(char_id, "silver_ring") == 0


async def test_a_kind_that_comes_back_is_counted_with_those_who_kept_it(world: World, files: Path) -> None:
    char_id = await world.character()
    await world.execute(
        "UPDATE inventory_items SET base_id = 'ghost' WHERE base_id = 'bread' AND char_id = :id", id=char_id
    )
    change(files, "consumables.toml", "[bread]", "[ghost]")

    assert "ghost: new; pieces owned: 3, owners: 1" in await lines(files)


async def test_loot_that_would_be_found_is_not_forgotten(world: World, files: Path) -> None:
    shutil.copytree(default_catalog_dir() / LOOT, files / LOOT)
    change(files / LOOT, "dummy.toml", "weight = 84", "weight = 1")

    assert (await lines(files))[-1] == "loot tables would change"


async def test_wares_that_would_be_sold_are_not_forgotten(world: World, files: Path) -> None:
    shutil.copytree(default_catalog_dir() / SHOP, files / SHOP)
    change(files / SHOP, "merchant.toml", "stock = 1", "stock = 2")

    assert (await lines(files))[-1] == "what the merchant sells would change"


async def test_what_waits_in_an_inbox_is_counted(world: World, files: Path) -> None:
    char_id = await world.character()
    await world.execute(
        f"INSERT INTO inventory_inbox (char_id, base_id, quantity) VALUES ({char_id}, 'silver_ring', 7)"
    )
    without(files, "accessories.toml", "silver_ring")

    assert (await lines(files))[:3] == [
        "silver_ring: gone; pieces owned: 7, owners: 1",
        f"  stacks: 1, {GONE}",
        f"  stacks: 1, {STUCK}",
    ]
    assert (await lines(files))[3] == "  pieces that wait in inboxes: 7"


async def test_files_with_a_mistake_are_refused_with_all_of_them(world: World, files: Path) -> None:
    change(files, "weapons.toml", "level = ", "lvl = ")

    refused = await foresee(files)

    assert refused.exit_code != 0
    assert "lvl: unknown key" in str(refused.exception)


async def test_it_comes_as_it_was_foreseen(world: World, files: Path) -> None:
    """Once they are loaded, the piece is what was said of it."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    without(files, "consumables.toml", "bread")
    found = await world.core.router.ask(Foresee(char_id, load_catalog(files)))
    assert [(piece.item_id, piece.oddities) for piece in found.pieces] == [(bread.id, (Oddity.GONE,))]

    world.core.catalog._directory = files
    world.core.catalog.reload()

    assert not (await world.item(char_id, "bread")).known
    await world.gateway.drop_item(char_id, bread.id, 3)
    again = await world.core.router.ask(Foresee(char_id, load_catalog(default_catalog_dir())))
    assert again.pieces == ()
