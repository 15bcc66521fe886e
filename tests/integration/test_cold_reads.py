"""What a session is made of is read in one statement: of one moment, whatever else is written meanwhile."""

import asyncio
from typing import Any

from sqlalchemy import event

from apps.game_core.adapters.postgres.snapshots import InventorySnapshotReader
from apps.game_core.adapters.redis import keys
from apps.game_core.modules.inventory.inventory.model import Buff, Durability, Item, PlacedItem, Vitals
from apps.game_core.modules.inventory.snapshot import InboxGrant, InventorySnapshot, LedgerMark, decoded
from apps.game_core.modules.items.contracts import Rarity, Stat
from apps.game_core.system.context_assembler.contracts import Assemble
from tests.support.world import World
from tests.support.write_log import StatementCounter

_LARGE = 2**63 - 1
_ITEM = """
INSERT INTO inventory_items (id, char_id, base_id, quantity, rarity, affixes, durability, max_durability,
    locked, bound, acquired_at, place, position)
VALUES (:id, :char_id, :base_id, :quantity, :rarity, CAST(:affixes AS jsonb), :durability, :max_durability,
    :locked, :bound, :acquired_at, :place, :position)
"""
PLAIN: dict[str, Any] = {
    "quantity": 1,
    "rarity": "common",
    "affixes": "{}",
    "durability": None,
    "max_durability": None,
    "locked": False,
    "bound": False,
    "acquired_at": 7,
}


async def emptied(world: World) -> int:
    char_id = await world.character()
    await world.execute("DELETE FROM inventory_items WHERE char_id = :char_id", char_id=char_id)
    return char_id


async def read(world: World, char_id: int, op_ids: tuple[str, ...] = ()) -> InventorySnapshot:
    found = await InventorySnapshotReader(world.core.engine).read(char_id, op_ids)
    assert found is not None
    return decoded(found)


async def test_every_column_comes_as_it_is_stored(world: World) -> None:
    char_id = await emptied(world)
    worn = {**PLAIN, "id": _LARGE, "base_id": "iron_sword", "place": "main_hand", "position": 0}
    worn |= {"affixes": '{"power": -3, "max_hp": 40}', "durability": 0, "max_durability": 9, "locked": True}
    packed = {**PLAIN, "id": 5, "base_id": 'gone "\\ ☠', "place": "backpack", "position": 3, "quantity": 7}
    packed |= {"rarity": "epic", "bound": True}
    ready = {**PLAIN, "id": 6, "base_id": "bread", "place": "quick_slot", "position": 2}
    for row in (worn, packed, ready):
        await world.execute(_ITEM, char_id=char_id, **row)
    buffs = '[{"stat": "power", "amount": 5, "expires_at": 9000000000}]'
    await world.execute("UPDATE characters SET buffs = CAST(:buffs AS jsonb), hp = 3", buffs=buffs)
    await world.execute("UPDATE inventories SET coins = :coins", coins=_LARGE)

    found = await read(world, char_id)

    assert found.coins == _LARGE
    assert found.vitals == Vitals(3, (Buff(Stat.POWER, 5, 9_000_000_000),))
    assert found.items == (
        PlacedItem(
            Item(5, 'gone "\\ ☠', 7, Rarity.EPIC, bound=True, acquired_at=7, position=3), "backpack", 3
        ),
        PlacedItem(
            Item(
                _LARGE,
                "iron_sword",
                affixes={Stat.POWER: -3, Stat.MAX_HP: 40},
                durability=Durability(0, 9),
                locked=True,
                acquired_at=7,
            ),
            "main_hand",
            0,
        ),
        PlacedItem(Item(6, "bread", acquired_at=7), "quick_slot", 2),
    )


async def test_what_waits_and_what_is_known_of_operations_comes_along(world: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id, op_id="known")
    await world.gateway.sync_inventory(char_id)
    await world.execute(
        "INSERT INTO inventory_inbox (char_id, base_id, quantity) VALUES (:char_id, 'bread', 2)",
        char_id=char_id,
    )

    found = await read(world, char_id, ("known", "unknown"))

    [grant] = found.inbox
    assert grant == InboxGrant(grant.inbox_id, char_id, "bread", 2)
    [mark] = found.known
    assert (mark.op_id, mark.at is None) == ("known", False)
    assert isinstance(mark, LedgerMark)
    assert (found.version, found.hero.name) == (1, "Aetheron")


async def test_nobody_has_no_snapshot(world: World) -> None:
    assert await InventorySnapshotReader(world.core.engine).read(404) is None


async def test_a_load_is_one_statement(world: World) -> None:
    char_id = await world.character()
    statements = StatementCounter(world.core)

    await world.gateway.open(char_id)

    assert statements.count == 1


async def test_a_load_s_statement_stands_alone(world: World) -> None:
    char_id = await world.character()
    beside: list[str] = []

    def listen(connection: Any, *_: object) -> None:
        # asyncpg tells of whatever is not prepared.
        connection.driver_connection.add_query_logger(lambda record: beside.append(record.query))

    engine = world.core.engine.sync_engine
    event.listen(engine, "checkout", listen, once=True)
    await world.gateway.open(char_id)

    assert beside == [], "a transaction around it is two round trips more"


async def test_a_load_that_many_wait_for_is_one_statement_too(world: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))
    statements = StatementCounter(world.core)

    looks = [world.gateway.open(char_id) for _ in range(20)]
    await asyncio.gather(world.gateway.equip_item(char_id, sword.id), *looks)

    assert statements.count == 1


async def test_whoever_asks_for_a_key_has_a_snapshot_waiting_for_one_reader(world: World) -> None:
    char_id = await world.character()

    assembled = await world.core.router.ask(Assemble(char_id=char_id, scopes=("inventory",)))

    key = assembled.keys["inventory"]
    assert key.startswith("temp:inventory:")
    assert 0 < await world.core.redis.ttl(key) <= 30
    source = world.core.rebase.snapshots.source
    taken = await source.take(key)
    assert taken == await read(world, char_id)
    assert await source.take(key) is None
