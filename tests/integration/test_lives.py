"""The lives of items: whose they were and what was done to them, as somebody saw it happen."""

import random
from collections.abc import Mapping
from typing import Any

import pytest

from apps.game_core.modules.inventory.contracts import (
    Batch,
    Fate,
    ItemLife,
    LockItem,
    PlacedItem,
    TakeItem,
    TraceItem,
)
from apps.game_core.modules.inventory.errors import (
    CharacterNotFoundError,
    InvalidInputError,
    LedgerUnreadableError,
)
from apps.game_core.modules.items.contracts import Slot
from tests.integration.test_past import anything, rows
from tests.support.world import World
from tools.support.clocks import AdjustableClock

STEPS = 80


async def life(world: World, item_id: Any, *char_ids: Any) -> ItemLife:
    return await world.core.router.ask(TraceItem(item_id, char_ids))


def told(found: ItemLife) -> list[tuple[str, int]]:
    """What was done, and how many pieces there were then."""
    return [(each.line.deed, each.after.item.quantity if each.after else 0) for each in found.events]


def bare(placed: PlacedItem | None) -> object:
    """Without its place among the others in the backpack."""
    if placed is None or placed.place != "backpack":
        return placed
    item = placed.item
    return (item.id, item.quantity, item.locked, item.junk, item.durability, placed.place)


async def test_lives_tell_what_was_seen_of_each_item_at_any_time(
    world: World, game_clock: AdjustableClock
) -> None:
    dice = random.Random(1)
    char_id = await world.character()
    seen = list[tuple[int, Mapping[int, PlacedItem]]]()
    for _ in range(STEPS):
        await anything(world, char_id, dice)
        seen.append((int(game_clock.now()), await rows(world, char_id)))
        if dice.random() < 0.1:
            await world.gateway.sync_inventory(char_id)
        game_clock.advance(2)
    items = {item_id for _, stood in seen for item_id in stood}
    lives = {item_id: (await life(world, item_id, char_id)).events for item_id in items}

    wrong = [
        (at, item_id)
        for at, stood in seen
        for item_id, events in lives.items()
        for by_then in [[event for event in events if event.line.at <= at]]
        if bare(by_then[-1].after if by_then else None) != bare(stood.get(item_id))
    ]

    assert wrong == []
    assert sum(len(events) for events in lives.values()) > STEPS / 3


async def test_a_life_names_each_deed_its_operation_and_where_pieces_went(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id = await world.character()
    bread = (await world.item(char_id, "bread")).id
    gateway = world.gateway
    apart = (await gateway.split_stack(char_id, bread, 1)).result.new_item.id
    await gateway.sync_inventory(char_id)
    await gateway.perform(char_id, LockItem(item_id=bread, locked=True), op_id="a lock")
    await gateway.merge_stacks(char_id, apart, bread)

    whole, part = await life(world, bread), await life(world, apart)

    assert told(whole) == [("starter", 3), ("split_stack", 2), ("lock_item", 2), ("merge_stacks", 3)]
    assert told(part) == [("split_stack", 1), ("merge_stacks", 0)]
    assert [(each.out_of, each.into) for each in whole.events[1:]] == [
        ((), (apart,)),
        ((), ()),
        ((apart,), ()),
    ]
    assert [(each.out_of, each.into) for each in part.events] == [((bread,), ()), ((), (bread,))]
    assert whole.events[2].op_id == "a lock"
    assert [each.line.fate for each in whole.events[1:3]] == [Fate.WRITTEN, Fate.PENDING]
    assert (whole.owner, whole.owners, part.owner) == (char_id, (char_id,), None)


async def test_the_parts_of_a_batch_are_told_one_by_one_and_without_what_they_did_to_others(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id = await world.character()
    bread, ore = await world.item(char_id, "bread"), await world.item(char_id, "iron_ore")
    batch = Batch.of(
        LockItem(item_id=bread.id, locked=True),
        TakeItem(item_id=ore.id, quantity=1),
        LockItem(item_id=bread.id, locked=False),
    )
    await world.gateway.perform(char_id, batch, op_id="all at once")

    found = await life(world, bread.id)

    assert [each.line.deed for each in found.events] == ["starter", "lock_item", "unlock_item"]
    assert {each.op_id for each in found.events[1:]} == {"all at once"}


async def test_an_item_that_sql_gave_to_others_is_followed_through_all_its_owners(
    world: World, game_clock: AdjustableClock
) -> None:
    first, second, third = [await world.character(name) for name in ("One", "Two", "Three")]
    sword = (await world.item(first, "iron_sword")).id
    game_clock.advance(3_600)  # too late for the search by the time of birth
    for owner in (second, first):
        await world.execute(
            "UPDATE inventory_items SET char_id = :owner, position = 500 WHERE id = :id",
            owner=owner,
            id=sword,
        )
        await world.gateway.equip_item(owner, sword)
        await world.gateway.unequip_item(owner, Slot.MAIN_HAND)
        await world.gateway.sync_inventory(owner)
    await world.gateway.drop_item(first, sword)
    await world.gateway.sync_inventory(first)

    found = await life(world, sword, third)

    assert [(each.char_id, each.line.deed) for each in found.events] == [
        (first, "starter"),
        (first, "edit"),
        *((second, deed) for deed in ("edit", "equip_item", "unequip_item", "edit")),
        *((first, deed) for deed in ("edit", "equip_item", "unequip_item", "drop_item")),
    ]
    assert {each.editor for each in found.events if each.line.deed == "edit"} == {"bot"}
    assert (found.owners, found.owner) == ((first, second, first), None)


async def test_what_is_gone_is_found_by_its_birth_and_what_no_table_knows_by_who_is_asked(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id, other = await world.character(), await world.character()
    for _ in range(2):
        await world.gateway.add_item(char_id, "copper_ring", 1)
    ring, pending = [
        item.id for item in (await world.gateway.view(char_id)).backpack if item.base_id == "copper_ring"
    ][-2:]
    await world.gateway.drop_item(char_id, ring)
    await world.gateway.sync_inventory(char_id)
    await world.gateway.add_item(char_id, "iron_sword", 1)
    fresh = [
        item.id for item in (await world.gateway.view(char_id)).backpack if item.base_id == "iron_sword"
    ][-1]

    assert [each.line.deed for each in (await life(world, ring)).events] == ["add_item", "drop_item"]
    assert (await life(world, fresh)).events == ()
    assert (await life(world, fresh, other)).events == ()
    assert told(await life(world, fresh, other, char_id)) == [("add_item", 1)]
    assert (await life(world, pending)).owner == char_id
    assert (await life(world, 404, char_id)).events == ()


@pytest.mark.parametrize("value", [True, 0, -1, 2**63, "1", None])
async def test_ids_that_are_none_are_refused(world: World, value: Any) -> None:
    for asked in ((value,), (1, value)):
        with pytest.raises(InvalidInputError):
            await life(world, *asked)


async def test_a_life_that_cannot_be_read_or_belongs_to_nobody_is_refused(world: World) -> None:
    char_id = await world.character()
    bread = (await world.item(char_id, "bread")).id
    await world.gateway.drop_item(char_id, bread, 1)
    await world.gateway.sync_inventory(char_id)
    await world.execute("UPDATE inventory_operations SET kind = 'of_tomorrow' WHERE version = 1")

    with pytest.raises(LedgerUnreadableError):
        await life(world, bread)
    with pytest.raises(CharacterNotFoundError):
        await life(world, bread, 404)


async def test_nobody_edits_what_was_not_born_whatever_the_clocks_say(
    world: World, game_clock: AdjustableClock
) -> None:
    """The database's clock is behind the game's."""
    game_clock.advance(3)
    first, second = await world.character("One"), await world.character("Two")
    await world.gateway.add_item(first, "silver_ring", 1)
    await world.gateway.sync_inventory(first)
    ring = (await world.item(first, "silver_ring")).id
    await world.execute(
        "UPDATE inventory_items SET char_id = :owner, position = 500 WHERE id = :id", owner=second, id=ring
    )

    found = await life(world, ring)

    assert [event.line.deed for event in found.events] == ["add_item", "edit", "edit"]
    assert (found.owners, found.owner) == ((first, second), second)
