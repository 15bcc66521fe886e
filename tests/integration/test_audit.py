"""The audit explains every inventory by its ledger, and names those that it cannot explain."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.modules.inventory.inventory.logic.audit import Audit, Finding
from bot.cli.main import cli
from tests.support.world import World

ROOT = Path(__file__).resolve().parents[2]


async def findings(world: World) -> list[Finding]:
    audit = Audit(PostgresHistories(world.core.engine), world.core.catalog)
    return [finding for _, found in [each async for each in audit.run()] for finding in found]


async def played(world: World) -> int:
    """A character after one operation of each kind that moves, makes or unmakes rows."""
    char_id = await world.character()
    ids = {item.base_id: item.id for item in (await world.gateway.view(char_id)).backpack}
    await world.gateway.equip_item(char_id, ids["iron_sword"])
    await world.gateway.split_stack(char_id, ids["iron_ore"], 5)
    await world.gateway.move_to_quick_slot(char_id, ids["health_potion"], 1)
    await world.gateway.use_consumable(char_id, ids["health_potion"], "quick_slot", 1)
    await world.gateway.lock_item(char_id, ids["bread"])
    await world.gateway.drop_item(char_id, ids["copper_ring"])
    await world.execute(
        "INSERT INTO inventory_inbox (char_id, base_id, quantity) VALUES (:id, 'bread', 2)", id=char_id
    )
    for chore in world.core.worker.chores:
        await chore.round()
    await world.gateway.sync_inventory(char_id)
    return char_id


async def test_an_inventory_that_was_played_with_is_explained_by_its_ledger(world: World) -> None:
    await world.character()
    await played(world)

    assert await findings(world) == []


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE inventory_items SET quantity = 9 WHERE base_id = 'bread' AND locked", "9 bread locked"),
        ("DELETE FROM inventory_items WHERE base_id = 'hunting_bow'", "no row; by the ledger 1 hunting_bow"),
        ("UPDATE inventory_items SET locked = true WHERE base_id = 'hunting_bow'", "1 hunting_bow locked in"),
        ("UPDATE inventory_inbox SET consumed_at = NULL", "is in the ledger and still to be delivered"),
        ("DELETE FROM inventory_operations WHERE kind = 'add_item'", "delivered and not in the ledger"),
        ("DELETE FROM inventory_operations WHERE kind = 'starter'", "nobody wrote down"),
        ("DELETE FROM inventory_operations WHERE kind = 'move_to_quick_slot'", "was not possible"),
        ("UPDATE inventory_operations SET version = 1 WHERE version > 0", "operations have version 1"),
        ("UPDATE inventories SET version = 1", "inventory at 1"),
        (
            """INSERT INTO inventory_conflicts (char_id, op_id, version, kind, payload, result, reason)
            SELECT char_id, op_id, version, kind, payload, result, 'TooHeavyError' FROM inventory_operations
            WHERE kind = 'drop_item'""",
            "both kept and refused",
        ),
    ],
)
async def test_damage_is_found_and_named(world: World, damage: str, found: str) -> None:
    char_id = await played(world)
    await world.execute(damage)

    texts = [str(finding) for finding in await findings(world)]

    assert any(found in text for text in texts), texts
    assert all(text.startswith(f"character {char_id}: ") for text in texts)


async def test_the_command_names_offenders_and_fails(
    world: World, servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.character()
    broken = await played(world)
    await world.execute("UPDATE inventory_items SET quantity = 11 WHERE base_id = 'bread' AND locked")
    await world.execute("UPDATE inventories SET rev = rev")

    async def run(database_url: str) -> Result:
        monkeypatch.setenv("DATABASE_URL", database_url)
        return await asyncio.to_thread(CliRunner().invoke, cli, ["admin", "audit"])

    result = await run(servers.database_url)

    assert result.exit_code == 1
    first, last = result.output.splitlines()
    assert first.startswith(f"character {broken}: rows: item ")
    assert last == "2 inventories looked at, 1 not as they should be."
    nowhere = await run("postgresql://nobody@127.0.0.1:1/nothing")
    assert nowhere.exit_code == 1
    assert str(nowhere.exception).startswith("The database does not answer")
