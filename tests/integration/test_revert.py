"""Taking back what moved or used something, only as it was left; each Undo: `test_every_undo.py`."""

import pytest

from apps.game_core.modules.inventory.contracts import FightEnd, SettleFight
from apps.game_core.modules.inventory.errors import CannotUndoError, UndoObstacle
from tests.support.world import World


async def wear(world: World, char_id: int) -> None:
    bow = await world.item(char_id, "hunting_bow")
    await world.gateway.equip_item(char_id, bow.id, op_id="done")


async def drink(world: World, char_id: int) -> None:
    potion = await world.item(char_id, "health_potion")
    await world.gateway.use_consumable(char_id, potion.id, op_id="done")


async def armed(world: World) -> int:
    """With a sword that a fight has worn down."""
    char_id = await world.character()
    await world.gateway.equip_item(char_id, (await world.item(char_id, "iron_sword")).id)
    await world.gateway.perform(char_id, SettleFight(end=FightEnd.LEFT, hurt=0, wear=30))
    return char_id


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
