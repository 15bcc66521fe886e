"""PostgreSQL is restored from an older backup under a newer Redis, or is another one: row 46."""

from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from apps.game_core.adapters.postgres.snapshots import InventorySnapshotReader
from apps.game_core.container import open_core
from apps.game_core.modules.characters.contracts import DeleteCharacter, EnsureCharacter
from apps.game_core.modules.inventory.contracts import FightEnd, Grant, MendItem, SettleFight
from apps.game_core.modules.inventory.errors import CharacterNotFoundError
from apps.game_core.settings import CoreSettings
from tests.support.invariants import check
from tests.support.world import World

_TABLES = ("inventories", "inventory_items", "inventory_operations", "inventory_inbox", "inventory_conflicts")


async def back_up(world: World) -> None:
    for table in _TABLES:
        await world.execute(f"CREATE TABLE backup_{table} AS TABLE {table}")


async def restore(world: World) -> None:
    """The rows as they were; everything since is gone."""
    async with world.core.engine.begin() as connection:
        # Or the trigger on item rows would take the copying for somebody's edit.
        await connection.execute(sa.text("SELECT set_config('inventory.writer', 'session', true)"))
        for table in reversed(_TABLES):
            await connection.execute(sa.text(f"DELETE FROM {table}"))
        # A backup brings its triggers after its rows.
        await connection.execute(sa.text("ALTER TABLE inventory_inbox DISABLE TRIGGER inventory_inbox_id"))
        for table in _TABLES:
            copy = f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM backup_{table}"
            await connection.execute(sa.text(copy))
            await connection.execute(sa.text(f"DROP TABLE backup_{table}"))
        await connection.execute(sa.text("ALTER TABLE inventory_inbox ENABLE TRIGGER inventory_inbox_id"))


async def grants(world: World) -> None:
    for chore in world.core.worker.chores:
        await chore.round()


async def test_fault_46_an_older_database_wins_and_what_is_lost_is_told(world: World, other: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="kept")
    await world.gateway.sync_inventory(char_id)
    await back_up(world)
    for number in range(3):
        await world.gateway.add_item(char_id, "iron_ore", 1, op_id=f"lost{number}")
    await world.gateway.sync_inventory(char_id)
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="pending")

    await restore(world)
    await world.core.generation.generation.announce(uuid4().hex)
    for each in (world, other):
        await each.core.generation.refresh()

    reader = await other.gateway.open(char_id)
    assert reader.conflicts == ("lost",)
    assert await other.pieces(char_id, "iron_ore") == 12
    assert await other.pieces(char_id, "bread") == 1, "what was not written yet is kept"
    await other.gateway.sync_inventory(char_id)
    assert [entry.op_id for entry in await other.ledger(char_id)] == ["kept", "pending"]
    assert await other.query("SELECT kind, payload FROM inventory_conflicts") == [("lost", {"changes": 3})]
    await check(other, char_id)
    assert await world.pieces(char_id, "iron_ore") == 12


@pytest.mark.parametrize("announced", [False, True])
async def test_fault_46_what_was_lost_may_be_done_again(world: World, announced: bool) -> None:
    char_id = await world.character()
    potion = await world.item(char_id, "health_potion")
    await back_up(world)
    await world.gateway.use_consumable(char_id, potion.id, op_id="tap")
    await world.gateway.sync_inventory(char_id)
    await world.gateway.view(char_id)
    await restore(world)
    if announced:
        await world.core.generation.generation.announce(uuid4().hex)
        await world.core.generation.refresh()

    outcome = await world.gateway.use_consumable(char_id, potion.id, op_id="tap")

    assert not outcome.repeated
    await world.gateway.sync_inventory(char_id)
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["tap"]
    assert await world.pieces(char_id, "health_potion") == 4


async def test_fault_46_what_a_process_still_knows_is_brought_back(world: World) -> None:
    char_id = await world.character()
    potion = await world.item(char_id, "health_potion")
    await back_up(world)
    await world.gateway.use_consumable(char_id, potion.id, op_id="tap")
    await world.gateway.sync_inventory(char_id)
    await restore(world)
    await world.core.generation.announce(uuid4().hex)

    outcome = await world.gateway.use_consumable(char_id, potion.id, op_id="tap")

    assert outcome.repeated
    await world.gateway.sync_inventory(char_id)
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["tap"]


async def test_fault_46_without_a_word_a_write_notices_at_the_latest(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await back_up(world)
    await world.gateway.add_item(char_id, "iron_ore", 1, op_id="lost")
    await world.gateway.sync_inventory(char_id)
    await restore(world)

    await world.gateway.drop_item(char_id, bread.id, 1, op_id="after")
    await world.gateway.sync_inventory(char_id)

    assert (await world.gateway.open(char_id)).conflicts == ("lost",)
    assert await world.pieces(char_id, "iron_ore") == 12
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["after"]


async def test_fault_46_what_the_database_never_saw_done_is_not_taken_back(world: World) -> None:
    """The older rows stand as the mending left them, but nothing was mended in them: no iron comes of it."""
    char_id = await world.character()
    sword, ore = [await world.item(char_id, kind) for kind in ("iron_sword", "iron_ore")]
    await world.gateway.equip_item(char_id, sword.id)
    await world.gateway.sync_inventory(char_id)
    await back_up(world)
    await world.gateway.add_item(char_id, "iron_ore", 2)
    await world.gateway.perform(char_id, SettleFight(end=FightEnd.LEFT, hurt=0, wear=30))
    await world.gateway.perform(char_id, MendItem(item_id=sword.id), op_id="mend")
    await world.gateway.sync_inventory(char_id)
    assert await world.pieces(char_id, "iron_ore") == ore.quantity
    await world.gateway.revert(char_id, "mend")

    await restore(world)
    await world.gateway.sync_inventory(char_id)

    assert await world.pieces(char_id, "iron_ore") == ore.quantity
    assert set((await world.gateway.open(char_id)).conflicts) == {"lost", "revert"}


async def test_fault_46_a_session_that_agrees_goes_on_after_a_new_generation(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    loaded = (await world.document(char_id) or {})["metadata"]["loaded_at"]
    await world.core.generation.announce(uuid4().hex)

    await world.gateway.drop_item(char_id, bread.id, 1, op_id="two")

    assert (await world.document(char_id) or {})["metadata"]["loaded_at"] == loaded
    await world.gateway.sync_inventory(char_id)
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["one", "two"]


async def test_fault_46_processes_that_learn_of_it_at_different_times(world: World, other: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.core.generation.announce(uuid4().hex)
    for number, each in enumerate((world, other) * 4):
        await each.gateway.lock_item(char_id, bread.id, op_id=f"lock{number}")
    await world.gateway.sync_inventory(char_id)
    assert len(await world.ledger(char_id)) == 8


async def test_fault_46_the_generation_follows_the_database_itself(world: World) -> None:
    before = await world.core.generation.generation.read()
    assert await world.core.generation.generation.read() == before
    await world.execute("ALTER TABLE inventories RENAME TO inventories_of_before")
    await world.execute("CREATE TABLE inventories (char_id bigint)")
    anew = await world.core.generation.generation.read()
    await world.execute("DROP TABLE inventories")
    await world.execute("ALTER TABLE inventories_of_before RENAME TO inventories")

    assert anew != before
    assert await world.core.generation.generation.read() == before


async def test_fault_46_a_character_gets_an_id_that_nobody_had(world: World, settings: CoreSettings) -> None:
    lost = await world.character()
    await world.gateway.add_item(lost, "health_potion", 7, op_id="give")
    await world.execute("DELETE FROM characters WHERE id = :id", id=lost)
    await world.execute("ALTER TABLE characters ALTER COLUMN id RESTART WITH 1")

    async with open_core(settings) as other:
        context = EnsureCharacter(user_id=977, name="Newcomer", language="en")
        stranger = (await other.router.route("characters", "ensure", context)).id
        assert stranger != lost
        assert await World(other).pieces(stranger, "health_potion") == 5
        with pytest.raises(CharacterNotFoundError):
            await other.gateway.sync_inventory(lost)


async def test_fault_46_a_grant_with_a_number_that_was_there_before_arrives(world: World) -> None:
    hero, neighbour = await world.character(), await world.character()
    await world.gateway.view(hero)
    await world.core.router.route("inventory", "grant", Grant(hero, "bread", 1))
    await grants(world)
    await world.execute("DELETE FROM inventory_inbox")
    await world.execute("ALTER TABLE inventory_inbox ALTER COLUMN id RESTART WITH 1")
    await world.core.router.route("inventory", "grant", Grant(neighbour, "iron_sword", 1))

    await world.gateway.sync_inventory(hero)
    assert len(await world.query("SELECT id FROM inventory_inbox WHERE consumed_at IS NULL")) == 1
    assert await world.pieces(neighbour, "iron_sword") == 2
    await world.gateway.sync_inventory(neighbour)
    assert await world.query("SELECT id FROM inventory_inbox WHERE consumed_at IS NULL") == []


async def test_fault_53_a_character_that_is_deleted_while_it_is_loaded_stays_dead(world: World) -> None:
    char_id = await world.character()
    assert await world.core.store.lock(char_id, "paused")
    snapshot = await world.core.rebase.snapshots.of(char_id)
    await world.core.router.route("characters", "delete", DeleteCharacter(char_id=char_id))

    made = await world.core.sessions.create_session_from_snapshot(char_id, snapshot, lock_token="paused")

    assert made is None
    assert [key async for key in world.core.redis.scan_iter(f"*{char_id}*")] == []


@pytest.mark.parametrize("way", ["of", "handed_over"])
async def test_fault_46_a_database_that_comes_back_while_a_session_is_made_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """What was read is the database from before, whatever stands there by the time that it is stored."""
    char_id = await world.character()
    read = InventorySnapshotReader.read

    async def meanwhile(self: InventorySnapshotReader, *asked: Any) -> bytes | None:
        await world.core.generation.announce(uuid4().hex)
        return await read(self, *asked)

    monkeypatch.setattr(InventorySnapshotReader, "read", meanwhile)
    snapshot = await getattr(world.core.rebase.snapshots, way)(char_id)
    await world.core.sessions.create_session_from_snapshot(char_id, snapshot)

    assert (await world.core.store.read(char_id)).unverified
