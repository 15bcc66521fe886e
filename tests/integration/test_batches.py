"""Several operations as one, on real servers: one id, one write of each store, all or none."""

from collections import Counter
from typing import Any, cast

import pytest

from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import (
    AddItem,
    Batch,
    ChangeHealth,
    DropItem,
    DropMany,
    EquipItem,
    FightEnd,
    ForgetLoadout,
    Gift,
    GiveItem,
    LookBack,
    MarkJunk,
    Perform,
    PlanRestore,
    PutBack,
    SaveLoadout,
    SettleFight,
    SortBackpack,
    TakeItem,
    TakeKind,
)
from apps.game_core.modules.inventory.errors import CannotUndoError, OperationIdTakenError, UndoObstacle
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operations import OPERATIONS
from apps.game_core.modules.inventory.keeping_errors import (
    NotDoneError,
    NotEnoughError,
    NothingWornError,
    OtherVersionError,
)
from apps.game_core.modules.items.contracts import Slot, Stat
from apps.game_core.settings import CoreSettings
from tests.integration.test_audit import findings
from tests.support.invariants import check
from tests.support.world import World
from tests.support.write_log import WriteLog
from tools.support.round_trips import counting_round_trips

RECIPE = (TakeKind(base_id="iron_ore", quantity=5), AddItem(base_id="iron_helmet", quantity=1))


async def forge(world: World, char_id: int, op_id: str, *parts: Operation[Any]) -> None:
    await world.core.router.ask(Perform(char_id, Batch.of(*RECIPE, *parts), op_id))


async def owned(world: World, char_id: int) -> tuple[int, int]:
    return await world.pieces(char_id, "iron_ore"), await world.pieces(char_id, "iron_helmet")


async def test_ten_at_once_are_one_round_trip_and_one_transaction(world: World) -> None:
    char_id = await world.character()
    version = (await world.gateway.open(char_id)).version
    log = WriteLog(world.core.engine)
    await log.install()
    ten = (TakeKind(base_id="iron_ore", quantity=1), AddItem(base_id="bread", quantity=1)) * 5

    with counting_round_trips() as counted:
        await world.gateway.perform(char_id, Batch.of(*ten), since=version)
    await world.gateway.sync_inventory(char_id)

    writes = await log.writes()
    await log.remove()
    assert counted.trips == 1
    assert writes.transactions == 1
    assert writes.rows == Counter(inventory_items=2, inventories=1, inventory_operations=1)
    assert [entry.kind for entry in await world.ledger(char_id)] == ["batch"]
    assert await findings(world) == []


@pytest.mark.parametrize("written", [True, False])
async def test_the_same_id_does_it_once_whichever_process_is_asked(
    world: World, settings: CoreSettings, written: bool
) -> None:
    char_id = await world.character()
    made = Perform(char_id, Batch.of(*RECIPE, expected=0), "forge:1")

    first = await world.core.router.ask(made)
    if written:
        await world.gateway.sync_inventory(char_id)
        await world.core.redis.flushall()
    async with open_core(settings) as other:
        again = await other.router.ask(made)
        with pytest.raises(OperationIdTakenError):
            await other.router.ask(Perform(char_id, Batch.of(RECIPE[0]), "forge:1"))

    assert again == first
    assert await owned(world, char_id) == (7, 1)
    await world.gateway.sync_inventory(char_id)
    assert await findings(world) == []


async def test_an_id_stands_for_one_batch_whatever_version_is_expected(world: World) -> None:
    char_id = await world.character()
    taken, made = (Batch.of(part, expected=0) for part in RECIPE)
    await world.gateway.perform(char_id, taken, op_id="once")

    with pytest.raises(OperationIdTakenError):
        await world.gateway.perform(char_id, made, op_id="once")
    assert (await world.gateway.perform(char_id, taken, op_id="once")).repeated


async def test_a_batch_of_another_release_keeps_nobody_from_being_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    char_id, neighbour = await world.character(), await world.character()
    await world.gateway.perform(char_id, Batch.of(ChangeHealth(amount=-1)))
    bread = await world.item(neighbour, "bread")
    await world.gateway.drop_item(neighbour, bread.id, 1)
    monkeypatch.delitem(cast("dict[str, Any]", OPERATIONS), ChangeHealth.kind)

    assert await world.core.worker.drain() == 2

    assert [len(await world.ledger(each)) for each in (char_id, neighbour)] == [1, 1]


async def test_what_depends_on_kinds_is_written_of_parts_too(world: World) -> None:
    """A hero's experience, loadouts, an order of the backpack: rows of their own."""
    char_id = await world.character()
    await world.gateway.equip_item(char_id, (await world.item(char_id, "iron_sword")).id)
    saved = (await world.gateway.perform(char_id, SaveLoadout(name="Battle"))).result
    order = tuple(each.id for each in reversed((await world.gateway.view(char_id)).backpack))
    parts = (
        SettleFight(end=FightEnd.WON, hurt=3, experience=10, wear=1),
        ForgetLoadout(loadout_id=saved.loadout.id),
        SortBackpack(order=order),
    )
    await world.gateway.perform(char_id, Batch.of(*parts))

    await world.gateway.sync_inventory(char_id)

    assert await world.query("SELECT experience FROM characters WHERE id = :id", id=char_id) == [(10,)]
    assert await world.query("SELECT id FROM inventory_loadouts") == []
    rows = await world.rows(char_id)
    assert sorted(order, key=lambda item_id: rows[item_id].position) == list(order)
    assert await findings(world) == []


async def test_loadouts_are_saved_and_forgotten_with_what_they_are_of_once(
    world: World, settings: CoreSettings
) -> None:
    """A shop that sells a set: put on, kept under the name of an old one that goes, paid."""
    char_id = await world.character()
    sword, helmet = await world.item(char_id, "iron_sword"), await world.item(char_id, "leather_helmet")
    await world.gateway.equip_item(char_id, sword.id)
    old = (await world.gateway.perform(char_id, SaveLoadout(name="Battle"))).result.loadout
    await world.gateway.sync_inventory(char_id)
    dress = Batch.of(
        TakeKind(base_id="bread", quantity=1),
        EquipItem(item_id=helmet.id),
        ForgetLoadout(loadout_id=old.id),
        SaveLoadout(name="battle"),
        SaveLoadout(name="Other"),
    )

    first = await world.core.router.ask(Perform(char_id, dress, "dress:1"))
    await world.gateway.sync_inventory(char_id)
    await world.core.redis.flushall()
    async with open_core(settings) as other:
        again = await other.router.ask(Perform(char_id, dress, "dress:1"))

    assert again == first
    rows = await world.query("SELECT name, pieces FROM inventory_loadouts ORDER BY name")
    worn = {"main_hand": sword.id, "head": helmet.id}
    assert [(name, {slot: each["item_id"] for slot, each in pieces.items()}) for name, pieces in rows] == [
        ("Other", worn),
        ("battle", worn),
    ]
    assert (await world.item(char_id, "bread")).quantity == 2
    await check(world, char_id)
    assert await findings(world) == []


async def test_fault_10_a_loadout_of_a_batch_stays_as_it_was_told(world: World) -> None:
    """Though something else is worn in the database by then."""
    char_id = await world.character()
    sword, helmet = await world.item(char_id, "iron_sword"), await world.item(char_id, "leather_helmet")
    for item_id in (sword.id, helmet.id):
        await world.gateway.equip_item(char_id, item_id)
    saved = await world.gateway.perform(char_id, Batch.of(SaveLoadout(name="Battle")))
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=helmet.id)

    await world.gateway.sync_inventory(char_id)

    [told] = saved.result.results
    [(pieces,)] = await world.query("SELECT pieces FROM inventory_loadouts")
    assert {Slot(slot): each["item_id"] for slot, each in pieces.items()} == {
        Slot.MAIN_HAND: sword.id,
        Slot.HEAD: helmet.id,
    }
    assert set(told.loadout.pieces) == {Slot.MAIN_HAND, Slot.HEAD}


async def test_a_loadout_that_cannot_be_kept_takes_nothing(world: World) -> None:
    char_id = await world.character()

    with pytest.raises(NothingWornError):
        await forge(world, char_id, "forge:1", SaveLoadout(name="Nothing"))

    assert await owned(world, char_id) == (12, 0)


@pytest.mark.parametrize("stat", Stat)
@pytest.mark.parametrize("points", [-1_000, 1_000])
async def test_whatever_is_rolled_can_be_worn_and_written(world: World, stat: Stat, points: int) -> None:
    char_id = await world.character()
    made = AddItem(base_id="copper_ring", quantity=1, affixes={stat: points})
    ring = (await world.gateway.perform(char_id, made)).result.stacks[0]
    await world.gateway.equip_item(char_id, ring.id)

    await world.gateway.sync_inventory(char_id)
    view = await world.gateway.view(char_id)

    assert view.stats.hp >= 1
    assert view.stats.max_weight >= 0
    assert await findings(world) == []


async def test_a_module_s_doings_do_not_hide_news_that_nobody_has_seen(world: World) -> None:
    char_id = await world.character()
    ore = await world.item(char_id, "iron_ore")
    await forge(world, char_id, "impossible")
    await world.execute("UPDATE inventory_items SET quantity = 4 WHERE id = :id", id=ore.id)
    await world.gateway.sync_inventory(char_id)

    take = TakeKind(base_id="bread", quantity=1)
    await world.core.router.ask(Perform(char_id, take, "tax:1"))
    await world.core.router.ask(Perform(char_id, Batch.of(take), "tax:2"))
    await world.core.router.ask(GiveItem(char_id, "bread", 1, "gift:1"))

    assert (await world.gateway.open(char_id)).conflicts == ("batch",)


async def test_nothing_is_done_where_one_part_cannot_be(world: World) -> None:
    char_id = await world.character()

    with pytest.raises(NotEnoughError):
        await forge(world, char_id, "forge:1", TakeKind(base_id="bread", quantity=4))

    assert await owned(world, char_id) == (12, 0)
    await world.gateway.sync_inventory(char_id)
    assert await world.ledger(char_id) == []


async def test_another_version_than_expected_is_refused(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.perform(char_id, MarkJunk(item_ids=(bread.id,)))

    with pytest.raises(OtherVersionError) as refused:
        await world.core.router.ask(Perform(char_id, Batch.of(*RECIPE, expected=0), "forge:1"))

    assert (refused.value.expected, refused.value.version) == (0, 1)
    await world.core.router.ask(Perform(char_id, Batch.of(*RECIPE, expected=1), "forge:1"))
    assert await owned(world, char_id) == (7, 1)


@pytest.mark.parametrize("written", [True, False])
async def test_it_may_rest_on_what_was_done_before(world: World, written: bool) -> None:
    char_id = await world.character()
    await forge(world, char_id, "forge:1")
    if written:
        await world.gateway.sync_inventory(char_id)
        await world.core.redis.flushall()

    await world.core.router.ask(Perform(char_id, Batch.of(*RECIPE, after="forge:1"), "forge:2"))

    assert await owned(world, char_id) == (2, 2)


async def test_it_does_not_rest_on_what_never_was(world: World) -> None:
    char_id, other = await world.character(), await world.character()
    await forge(world, other, "forge:1")

    with pytest.raises(NotDoneError) as refused:
        await world.core.router.ask(Perform(char_id, Batch.of(*RECIPE, after="forge:1"), "forge:2"))

    assert refused.value.after == "forge:1"
    assert await owned(world, char_id) == (12, 0)


async def test_fault_10_it_falls_with_what_it_rests_on(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    take = TakeItem(item_id=bread.id)
    await world.gateway.perform(char_id, take, op_id="sold")
    back = AddItem(base_id="bread", quantity=3)
    await world.gateway.perform(char_id, Batch.of(back, after="sold"), op_id="bought back")
    await world.execute("UPDATE inventory_items SET locked = true WHERE id = :id", id=bread.id)

    await world.gateway.sync_inventory(char_id)

    assert await world.pieces(char_id, "bread") == 3
    assert (await world.gateway.open(char_id)).conflicts == ("take_item", "batch")


@pytest.mark.parametrize("known", [True, False])
async def test_fault_10_it_stands_where_the_ledger_has_what_it_rests_on(world: World, known: bool) -> None:
    """And falls where a restored database has not."""
    char_id = await world.character()
    await world.gateway.perform(char_id, TakeKind(base_id="bread", quantity=1), op_id="sold")
    await world.gateway.sync_inventory(char_id)
    back = AddItem(base_id="bread", quantity=1)
    await world.gateway.perform(char_id, Batch.of(back, after="sold"), op_id="bought back")
    if not known:
        await world.execute("DELETE FROM inventory_operations WHERE op_id = 'sold'")
    await world.execute("UPDATE inventory_items SET quantity = 9 WHERE base_id = 'iron_ore'")

    await world.gateway.sync_inventory(char_id)

    assert await world.pieces(char_id, "bread") == 2 + known
    assert (await world.gateway.open(char_id)).conflicts == (() if known else ("batch",))


async def test_fault_10_what_became_impossible_is_taken_back_whole_and_told(world: World) -> None:
    char_id = await world.character()
    ore = await world.item(char_id, "iron_ore")
    await forge(world, char_id, "impossible")
    await world.execute("UPDATE inventory_items SET quantity = 4 WHERE id = :id", id=ore.id)

    await world.gateway.sync_inventory(char_id)

    assert await owned(world, char_id) == (4, 0)
    assert (await world.gateway.open(char_id)).conflicts == ("batch",)
    await check(world, char_id)


async def test_fault_10_elsewhere_it_does_what_was_told_of_it(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    sold = Batch.of(TakeItem(item_id=bread.id), AddItem(base_id="copper_ring", quantity=1))
    await world.gateway.perform(char_id, sold)
    await world.execute("UPDATE inventory_items SET quantity = 9 WHERE id = :id", id=bread.id)

    await world.gateway.sync_inventory(char_id)

    assert (await world.rows(char_id))[bread.id].quantity == 6
    assert await findings(world) == []


@pytest.mark.parametrize("written", [True, False])
async def test_it_is_put_back_whole_once_and_only_where_each_part_is(world: World, written: bool) -> None:
    char_id = await world.character()
    sword, bread = await world.item(char_id, "iron_sword"), await world.item(char_id, "bread")
    before = (await world.gateway.view(char_id)).backpack
    wear = Batch.of(EquipItem(item_id=sword.id), MarkJunk(item_ids=(bread.id,)))
    await world.gateway.perform(char_id, wear, op_id="done")
    if written:
        await world.gateway.sync_inventory(char_id)
        await world.core.redis.flushall()

    for _ in range(2):
        await world.gateway.perform(char_id, PutBack(of="done"))

    assert (await world.gateway.view(char_id)).backpack == before
    await forge(world, char_id, "forge:1")
    with pytest.raises(CannotUndoError):
        await world.gateway.perform(char_id, PutBack(of="forge:1"))
    await world.gateway.sync_inventory(char_id)
    assert await findings(world) == []


@pytest.mark.parametrize("written", [True, False])
async def test_what_it_dropped_is_put_back_with_the_rest(world: World, written: bool) -> None:
    """A part of a stack, a whole one and several, beside what only moved."""
    char_id = await world.character()
    ids = {item.base_id: item.id for item in (await world.gateway.view(char_id)).backpack}
    before = (await world.gateway.view(char_id)).backpack
    parts = (
        DropItem(item_id=ids["iron_ore"], quantity=5),
        DropItem(item_id=ids["bread"]),
        DropMany(item_ids=(ids["copper_ring"], ids["health_potion"])),
        EquipItem(item_id=ids["iron_sword"]),
    )
    await world.gateway.perform(char_id, Batch.of(*parts), op_id="done")
    if written:
        await world.gateway.sync_inventory(char_id)
        await world.core.redis.flushall()

    for _ in range(2):
        await world.gateway.perform(char_id, PutBack(of="done"))

    assert (await world.gateway.view(char_id)).backpack == before
    await world.gateway.sync_inventory(char_id)
    assert await findings(world) == []


async def test_what_it_dropped_stays_away_where_the_rest_has_moved_on(world: World) -> None:
    char_id = await world.character()
    ore, bread = await world.item(char_id, "iron_ore"), await world.item(char_id, "bread")
    drops = DropItem(item_id=ore.id, quantity=2), DropItem(item_id=bread.id)
    await world.gateway.perform(char_id, Batch.of(*drops), op_id="done")
    await world.gateway.drop_item(char_id, ore.id, 1)

    with pytest.raises(CannotUndoError) as refused:
        await world.gateway.perform(char_id, PutBack(of="done"))

    assert refused.value.obstacle is UndoObstacle.MOVED_ON
    assert await world.pieces(char_id, "bread") == 0, "all of it, or nothing"


async def test_its_parts_are_news_and_no_loss_each_by_itself(world: World) -> None:
    char_id = await world.character()
    await world.gateway.sync_inventory(char_id)
    await forge(world, char_id, "forge:1")

    news = (await world.gateway.perform(char_id, LookBack())).result
    plan = await world.core.router.ask(PlanRestore(char_id, 0))

    assert (news.came, news.went) == ((Gift("iron_helmet", 1),), (Gift("iron_ore", 5),))
    assert plan.items == ()
    assert [(each.base_id, each.quantity) for each in plan.used_up] == [("iron_ore", 5)]
