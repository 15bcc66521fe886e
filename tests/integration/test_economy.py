"""`admin economy`: where pieces come from and where they go, and when that does not add up."""

import asyncio
import random
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.modules.inventory.contracts import AddCoins, AddItem, Batch, TakeCoins
from apps.game_core.modules.inventory.inventory.logic.history.economy import Economy, economy_of
from bot.cli.main import cli
from tests.integration.test_past import anything
from tests.support.world import World

TODAY = datetime.now(UTC).strftime("%Y-%m-%d")
IN_SILENCE = "ALTER TABLE inventory_items {} TRIGGER USER"


@pytest.fixture(autouse=True)
def addresses(servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", servers.database_url)


async def told(*options: str, code: int = 0) -> list[str]:
    arguments = ["admin", "economy", "--quiet", "--jobs", "1", *options]
    said = await asyncio.to_thread(CliRunner().invoke, cli, arguments)
    assert said.exit_code == code, (said.output, said.exception)
    return said.output.splitlines()


async def whole(world: World, since: int = 0) -> Economy:
    found = Economy()
    async for history in PostgresHistories(world.core.engine).read_all(0, 2**62):
        found.add(economy_of(history, since, {}))
    return found


async def test_sources_and_sinks_are_told_by_day_and_cause(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="tapped")
    await world.gateway.perform(char_id, AddItem(base_id="bread", quantity=4), op_id="training:x:loot")
    await world.gateway.perform(char_id, AddItem(base_id="bread", quantity=2), op_id="given")
    await world.execute(
        "INSERT INTO inventory_inbox (char_id, base_id, quantity) VALUES (:id, 'bread', 5)", id=char_id
    )
    for chore in world.core.worker.chores:
        await chore.round()
    await world.gateway.sync_inventory(char_id)

    assert await told("--kind", "bread") == [
        "bread: 13 owned",
        f"  {TODAY}: +13 (+5 inbox, +4 add_item (training), +3 starter, +2 add_item, -1 drop_item)",
        f"character {char_id} owns what is worth {await worth(world, char_id)}",
        "1 inventories looked at, kinds that do not add up: 0",
    ]


async def worth(world: World, char_id: int) -> int:
    view = await world.gateway.view(char_id)
    entries = world.core.catalog.current.entries
    return sum(entries[item.base_id].value * item.quantity for item in view.backpack)


@pytest.mark.parametrize("built_on", [False, True])
@pytest.mark.parametrize(
    ("silent", "line"),
    [
        (False, "bread: +0 that no ledger explains, +6 by SQL"),
        (True, "bread: +6 that no ledger explains, +0 by SQL"),
    ],
)
async def test_pieces_that_no_operation_made_are_an_alarm(
    world: World, silent: bool, line: str, built_on: bool
) -> None:
    """Also when an operation has met them."""
    char_id = await world.character()
    if silent:
        await world.execute(IN_SILENCE.format("DISABLE"))
    await world.execute(
        f"UPDATE inventory_items SET quantity = 9 WHERE base_id = 'bread' AND char_id = {char_id}"
    )
    await world.execute(IN_SILENCE.format("ENABLE"))
    if built_on:
        await world.core.redis.flushall()
        await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id, 2)
        await world.gateway.sync_inventory(char_id)

    assert line in await told(code=1)
    assert "1 inventories looked at, kinds that do not add up: 1" in await told("--kind", "bread", code=1)
    assert "1 inventories looked at, kinds that do not add up: 0" in await told("--kind", "iron_ore")


async def paid(world: World) -> int:
    """A character with 60 coins of 100 that were earned, all written."""
    char_id = await world.character()
    for op_id, wish in {
        "quest:1": AddCoins(amount=70),
        "merchant:1": Batch.of(AddCoins(amount=30), TakeCoins(amount=10)),
        "tapped": TakeCoins(amount=30),
    }.items():
        await world.gateway.perform(char_id, wish, op_id=op_id)
    await world.gateway.sync_inventory(char_id)
    return char_id


async def test_coins_are_counted_like_pieces(world: World) -> None:
    char_id = await paid(world)

    assert await told("--kind", "Coins") == [
        "Coins: 60 owned",
        f"  {TODAY}: +60 (+70 add_coins (quest), +20 batch (merchant), -30 take_coins)",
        f"character {char_id} owns what is worth {await worth(world, char_id) + 60}",
        "1 inventories looked at, kinds that do not add up: 0",
    ]


@pytest.mark.parametrize("built_on", [False, True])
@pytest.mark.parametrize(
    ("silent", "line"),
    [
        ("", "Coins: +0 that no ledger explains, +640 by SQL"),
        ("SET LOCAL session_replication_role = replica", "Coins: +640 that no ledger explains, +0 by SQL"),
    ],
)
async def test_coins_that_nobody_earned_are_an_alarm(
    world: World, silent: str, line: str, built_on: bool
) -> None:
    """Also when they are being spent."""
    char_id = await paid(world)
    async with world.core.engine.begin() as connection:
        await connection.execute(sa.text(silent or "SELECT 1"))
        await connection.execute(sa.text("UPDATE inventories SET coins = 700"))
    if built_on:
        await world.core.redis.flushall()
        await world.gateway.perform(char_id, TakeCoins(amount=50))
        await world.gateway.sync_inventory(char_id)

    assert line in await told("--kind", "Coins", code=1)
    assert "1 inventories looked at, kinds that do not add up: 0" in await told("--kind", "bread")


async def test_who_gets_far_more_than_others_is_named(world: World) -> None:
    *others, one = [await world.character(f"c{number}") for number in range(6)]
    for char_id, pieces in (*((each, 3) for each in others), (one, 30)):
        await world.gateway.perform(char_id, AddItem(base_id="oak_log", quantity=pieces), op_id="m:found")
        await world.gateway.sync_inventory(char_id)

    assert f"{TODAY}: character {one} got 30 oak_log, where others got 3" in await told()
    assert not [line for line in await told() if "bread, where" in line]


@pytest.mark.parametrize("seed", [5, 6])
async def test_what_flows_comes_to_what_is_owned(world: World, seed: int) -> None:
    dice = random.Random(seed)
    for name in ("one", "two"):
        char_id = await world.character(name)
        for _ in range(60):
            await anything(world, char_id, dice)
        await world.gateway.sync_inventory(char_id)

    found = await whole(world)

    sums: Counter[str] = Counter()
    for (_, base_id, _), pieces in found.flows.items():
        sums[base_id] += pieces
    assert +sums == +found.owned
    assert len({cause for _, _, cause in found.flows}) > 4
    assert found.unexplained == Counter()
    assert found.inventories == 2
    assert (await whole(world, since=int(time.time()) + 86_400)).flows == Counter()


async def test_many_inventories_are_looked_through_in_portions(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        await world.character(f"c{number}")
    at_once = await told()
    monkeypatch.setattr("bot.cli.economy.SPAN", 2)

    assert await told() == at_once
    assert "5 inventories looked at" in at_once[-1]


def exported(path: Path) -> dict[tuple[str, ...], float]:
    """By a sample's name and the values of its labels."""
    families = text_string_to_metric_families(path.read_text(encoding="utf-8"))
    samples = (sample for each in families for sample in each.samples)
    return {(each.name, *each.labels.values()): each.value for each in samples}


def files(folder: Path) -> list[Path]:
    return [*folder.iterdir()]


async def test_what_does_not_add_up_is_written_for_prometheus(world: World, tmp_path: Path) -> None:
    """In a file of its own, whole; and it is gone from there when it is mended."""
    char_id, path = await world.character(), tmp_path / "economy.prom"
    await world.execute(IN_SILENCE.format("DISABLE"))
    await world.execute("UPDATE inventory_items SET quantity = 9 WHERE base_id = 'bread'")
    await world.execute(IN_SILENCE.format("ENABLE"))
    await world.execute("UPDATE inventories SET coins = 40 WHERE char_id = :id", id=char_id)

    began = int(time.time())
    await told("--textfile", str(path), code=1)

    found = exported(path)
    assert began <= found.pop(("inventory_economy_run_timestamp_seconds",)) <= time.time()
    assert found == {
        ("inventory_economy_unexplained_pieces", "bread"): 6,
        ("inventory_economy_edited_pieces", "Coins"): 40,
        ("inventory_economy_inventories",): 1,
    }
    await world.execute(IN_SILENCE.format("DISABLE"))
    await world.execute("UPDATE inventory_items SET quantity = 3 WHERE base_id = 'bread'")
    await world.execute(IN_SILENCE.format("ENABLE"))
    await told("--textfile", str(path), code=1)
    assert ("inventory_economy_unexplained_pieces", "bread") not in exported(path)
    assert files(tmp_path) == [path]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--textfile", "{}/none/economy.prom"], "cannot be written: No such file or directory"),
        (["--textfile", "{}/economy.txt"], "ends in .prom"),
        (["--textfile", "{}/economy.prom", "--kind", "bread"], "leave out --kind"),
    ],
)
async def test_a_file_that_nobody_would_read_is_refused(
    world: World, tmp_path: Path, options: list[str], reason: str
) -> None:
    await world.character()
    arguments = [each.format(tmp_path) for each in options]
    ran = await asyncio.to_thread(CliRunner().invoke, cli, ["admin", "economy", "--quiet", *arguments])
    assert ran.exit_code != 0
    assert reason in f"{ran.output}{ran.exception}"
    assert files(tmp_path) == []
