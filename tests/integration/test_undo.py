"""Taking back a drop, and only what really went; each Undo: `test_every_undo.py`."""

import pytest

from apps.game_core.modules.inventory.errors import CannotUndoError, InventoryFullError, UndoObstacle
from tests.support.invariants import check
from tests.support.world import World


async def test_a_clear_out_comes_back_whole_or_not_at_all(world: World) -> None:
    char_id = await world.character()
    items = (await world.gateway.view(char_id)).backpack
    cleared = [item.id for item in items if item.base_id in ("bread", "iron_ore")]
    await world.gateway.drop_many(char_id, cleared, op_id="clear")
    while len((await world.gateway.view(char_id)).backpack) < 50:
        await world.gateway.add_item(char_id, "rusty_sword", 1)
    full = await world.gateway.view(char_id)

    with pytest.raises(InventoryFullError):
        await world.gateway.undo(char_id, "clear")

    assert await world.gateway.view(char_id) == full


async def test_asking_twice_takes_back_once(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    first = await world.gateway.undo(char_id, "drop")
    await world.gateway.drop_item(char_id, bread.id, op_id="all")

    second = await world.gateway.undo(char_id, "drop")

    assert (second.repeated, second.result) == (True, first.result)
    assert await world.pieces(char_id, "bread") == 0


async def test_pieces_return_to_their_stack_or_beside_it(world: World) -> None:
    char_id = await world.character()
    potion = await world.item(char_id, "health_potion")
    await world.gateway.drop_item(char_id, potion.id, 2, op_id="some")
    await world.gateway.move_to_quick_slot(char_id, potion.id, 0)

    outcome = await world.gateway.undo(char_id, "some")

    assert outcome.result.items[0].id != potion.id
    assert await world.pieces(char_id, "health_potion") == 5
    await world.gateway.sync_inventory(char_id)
    await check(world, char_id)


@pytest.mark.parametrize("of", ["nothing such", "equipping", "starter"])
async def test_what_is_no_drop_cannot_be_taken_back(world: World, of: str) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id, op_id="equipping")

    with pytest.raises(CannotUndoError) as refused:
        await world.gateway.undo(char_id, of)

    assert refused.value.obstacle is UndoObstacle.UNKNOWN


async def test_what_came_back_otherwise_is_not_doubled(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, op_id="drop")
    await world.gateway.sync_inventory(char_id)
    await world.execute(
        "INSERT INTO inventory_items (id, char_id, base_id, quantity, rarity, acquired_at, place, position)"
        " VALUES (:id, :char_id, 'bread', 3, 'common', 0, 'backpack', 40)",
        id=bread.id,
        char_id=char_id,
    )
    await world.core.redis.flushall()

    with pytest.raises(CannotUndoError) as refused:
        await world.gateway.undo(char_id, "drop")

    assert refused.value.obstacle is UndoObstacle.CAME_BACK
    assert await world.pieces(char_id, "bread") == 3


async def test_a_drop_that_a_rebase_refused_is_not_taken_back(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 2, op_id="drop")
    await world.gateway.undo(char_id, "drop")
    await world.execute("UPDATE inventory_items SET quantity = 1 WHERE id = :id", id=bread.id)

    await world.gateway.sync_inventory(char_id)

    assert await world.pieces(char_id, "bread") == 1
    reasons = await world.query("SELECT op_id, reason FROM inventory_conflicts ORDER BY id")
    assert reasons == [("drop", "InvalidQuantityError"), ("undo:drop", "CannotUndoError")]
    await check(world, char_id)


async def test_a_rebase_drops_no_more_than_was_told_and_takes_that_back(world: World) -> None:
    char_id = await world.character()
    first = await world.item(char_id, "bread")
    single = (await world.gateway.split_stack(char_id, first.id, 1)).result.new_item
    await world.gateway.sync_inventory(char_id)
    await world.gateway.add_item(char_id, "bread", 2)
    await world.gateway.drop_item(char_id, single.id, op_id="drop")
    await world.gateway.undo(char_id, "drop")
    # Now the two new pieces go onto the stack that was dropped whole when it was a single piece.
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=first.id)

    await world.gateway.sync_inventory(char_id)

    assert await world.query("SELECT op_id FROM inventory_conflicts") == []
    assert await world.pieces(char_id, "bread") == 3
    await check(world, char_id)
