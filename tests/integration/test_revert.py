"""Taking back on real servers what moved or used something: once, in time, and only as it was left."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import FightEnd, InventoryView, MendItem, SettleFight
from apps.game_core.modules.inventory.errors import CannotUndoError, UndoObstacle
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.settings import CoreSettings
from tests.support.invariants import check
from tests.support.world import World
from tools.support.clocks import AdjustableClock

Do = Callable[[World, int], Awaitable[object]]


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock()


@pytest.fixture
async def world(
    settings: CoreSettings, database: AsyncEngine, redis: Redis, clock: AdjustableClock
) -> AsyncIterator[World]:
    async with open_core(settings, clock=clock) as opened:
        yield World(opened)


async def wear(world: World, char_id: int) -> None:
    bow = await world.item(char_id, "hunting_bow")
    await world.gateway.equip_item(char_id, bow.id, op_id="done")


async def wear_best(world: World, char_id: int) -> None:
    best = (await world.gateway.open(char_id)).best_set()
    await world.gateway.wear_best(char_id, best.fingerprint, op_id="done")


async def take_off(world: World, char_id: int) -> None:
    await world.gateway.unequip_item(char_id, Slot.MAIN_HAND, op_id="done")


async def drink(world: World, char_id: int) -> None:
    potion = await world.item(char_id, "health_potion")
    await world.gateway.use_consumable(char_id, potion.id, op_id="done")


async def strengthen(world: World, char_id: int) -> None:
    elixir = await world.item(char_id, "strength_elixir")
    await world.gateway.use_consumable(char_id, elixir.id, op_id="done")


async def to_quick_slot(world: World, char_id: int) -> None:
    bread = await world.item(char_id, "bread")
    await world.gateway.move_to_quick_slot(char_id, bread.id, 0, op_id="done")


async def split(world: World, char_id: int) -> None:
    ore = await world.item(char_id, "iron_ore")
    await world.gateway.split_stack(char_id, ore.id, 5, op_id="done")


async def mend(world: World, char_id: int) -> None:
    view = await world.gateway.view(char_id)
    sword = next(slot.item for slot in view.equipped if slot.slot is Slot.MAIN_HAND)
    assert sword is not None
    await world.gateway.perform(char_id, MendItem(item_id=sword.id), op_id="done")


DEEDS: dict[str, Do] = {
    each.__name__: each for each in (wear, wear_best, take_off, drink, strengthen, to_quick_slot, split, mend)
}


async def armed(world: World) -> int:
    """With a sword that a fight has worn down."""
    char_id = await world.character()
    await world.gateway.equip_item(char_id, (await world.item(char_id, "iron_sword")).id)
    await world.gateway.perform(char_id, SettleFight(end=FightEnd.LEFT, hurt=0, wear=30))
    return char_id


def shown(view: InventoryView) -> tuple[object, ...]:
    return view.equipped, view.backpack, view.quick_slots, view.stats, view.buffs


@pytest.mark.parametrize("between", ["nothing", "sync", "redis lost"])
@pytest.mark.parametrize("name", DEEDS)
async def test_all_is_as_it_was(world: World, name: str, between: str) -> None:
    char_id = await armed(world)
    before = await world.gateway.view(char_id)
    await DEEDS[name](world, char_id)
    assert shown(await world.gateway.view(char_id)) != shown(before)
    if between != "nothing":
        await world.gateway.sync_inventory(char_id)
    if between == "redis lost":
        await world.core.redis.flushall()

    outcome = await world.gateway.revert(char_id, "done")
    again = await world.gateway.revert(char_id, "done")

    assert shown(outcome.inventory.view()) == shown(before)
    assert again.repeated
    assert again.result == outcome.result
    await world.gateway.sync_inventory(char_id)
    await check(world, char_id)


@pytest.mark.parametrize("name", DEEDS)
async def test_after_half_a_minute_it_is_too_late(world: World, clock: AdjustableClock, name: str) -> None:
    char_id = await armed(world)
    await DEEDS[name](world, char_id)
    clock.advance(31)

    with pytest.raises(CannotUndoError) as refused:
        await world.gateway.revert(char_id, "done")

    assert refused.value.obstacle is UndoObstacle.TOO_LATE


async def test_what_has_moved_on_is_not_taken_back(world: World) -> None:
    char_id = await armed(world)
    await drink(world, char_id)
    potion = await world.item(char_id, "health_potion")
    await world.gateway.use_consumable(char_id, potion.id)

    with pytest.raises(CannotUndoError) as refused:
        await world.gateway.revert(char_id, "done")

    assert refused.value.obstacle is UndoObstacle.MOVED_ON


@pytest.mark.parametrize("of", ["never done", "undo:done", "drop"])
async def test_what_is_nothing_of_the_kind_is_not_taken_back(world: World, of: str) -> None:
    char_id = await armed(world)
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id, op_id="drop")

    with pytest.raises(CannotUndoError) as refused:
        await world.gateway.revert(char_id, of)

    assert refused.value.obstacle is UndoObstacle.UNKNOWN


async def test_fault_10_what_was_taken_back_before_a_rebase_stays_taken_back(world: World) -> None:
    """Rows of another kind came by SQL: both operations are replayed, and cancel each other."""
    char_id = await armed(world)
    await world.gateway.sync_inventory(char_id)
    before = await world.gateway.view(char_id)
    await wear(world, char_id)
    await world.gateway.revert(char_id, "done")
    await world.execute("UPDATE inventory_items SET quantity = 2 WHERE base_id = 'bread'")

    await world.gateway.sync_inventory(char_id)

    after = await world.gateway.view(char_id)
    assert after.equipped == before.equipped
    assert [row.quantity for row in after.backpack if row.base_id == "bread"] == [2]
    assert (await world.gateway.open(char_id)).conflicts == ()
    await world.gateway.sync_inventory(char_id)


async def test_fault_43_what_a_rebase_leaves_out_is_not_given_back(world: World) -> None:
    """The potion that was drunk is gone by SQL: neither the drink nor its taking back may stand."""
    char_id = await armed(world)
    await world.gateway.sync_inventory(char_id)
    await drink(world, char_id)
    await world.gateway.revert(char_id, "done")
    await world.execute("DELETE FROM inventory_items WHERE base_id = 'health_potion'")

    await world.gateway.sync_inventory(char_id)

    view = await world.gateway.view(char_id)
    assert not [row for row in view.backpack if row.base_id == "health_potion"]
    assert set((await world.gateway.open(char_id)).conflicts) == {"use_consumable", "revert"}


async def worn_by_sql_too(world: World) -> tuple[int, int]:
    """A helmet that was put on, and that SQL put on as well: a rebase refuses what the player did."""
    char_id = await armed(world)
    await world.gateway.sync_inventory(char_id)
    helmet = await world.item(char_id, "leather_helmet")
    await world.gateway.equip_item(char_id, helmet.id, op_id="done")
    return char_id, helmet.id


async def worn_ids(world: World, char_id: int, slot: str) -> list[int]:
    view = await world.gateway.view(char_id)
    return [each.item.id for each in view.equipped if each.item and each.slot == slot]


async def put_on_by_sql(world: World, item_id: int) -> None:
    await world.execute(f"UPDATE inventory_items SET place = 'head', position = 0 WHERE id = {item_id}")


async def test_fault_43_what_somebody_else_did_likewise_is_not_taken_back_in_a_rebase(world: World) -> None:
    """The rows stand as the refused operation would have left them, but it was not that operation."""
    char_id, helmet = await worn_by_sql_too(world)
    await world.gateway.revert(char_id, "done")
    await put_on_by_sql(world, helmet)

    await world.gateway.sync_inventory(char_id)

    assert await worn_ids(world, char_id, "head") == [helmet]
    assert set((await world.gateway.open(char_id)).conflicts) == {"equip_item", "revert"}


async def test_fault_43_what_a_rebase_has_refused_is_not_taken_back_later(world: World) -> None:
    char_id, helmet = await worn_by_sql_too(world)
    await put_on_by_sql(world, helmet)
    state = await world.core.store.inspect(char_id)
    assert state is not None
    await world.core.rebase.rebase(state)

    with pytest.raises(CannotUndoError) as refused:
        await world.gateway.revert(char_id, "done")

    assert refused.value.obstacle is UndoObstacle.UNKNOWN
    assert await worn_ids(world, char_id, "head") == [helmet]
