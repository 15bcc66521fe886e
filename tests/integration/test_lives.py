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
    Unread,
)
from apps.game_core.modules.inventory.errors import CharacterNotFoundError, InvalidInputError
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


async def unreadable(world: World, char_id: int, version: int) -> int:
    """When the entry was made that nobody can read any more."""
    found = {"id": char_id, "version": version}
    where = "WHERE char_id = :id AND version = :version"
    await world.execute(f"UPDATE inventory_operations SET kind = 'of_tomorrow' {where}", **found)
    [(at,)] = await world.query(f"SELECT at FROM inventory_operations {where}", **found)
    return int(at)


async def given(world: World, owner: int, item_id: int) -> None:
    """To another, by SQL."""
    moved = "UPDATE inventory_items SET char_id = :owner, position = 500 WHERE id = :id"
    await world.execute(moved, owner=owner, id=item_id)


async def handed_on(world: World, clock: AdjustableClock) -> tuple[int, int, int]:
    """From one to the other: who they are, and what it is."""
    first, second = await world.character("One"), await world.character("Two")
    sword = (await world.item(first, "iron_sword")).id
    clock.advance(2)
    await world.gateway.lock_item(first, sword)
    await world.gateway.sync_inventory(first)
    await given(world, second, sword)
    clock.advance(2)
    for change in (world.gateway.unlock_item, world.gateway.lock_item):
        await change(second, sword)
    await world.gateway.sync_inventory(second)
    return first, second, sword


async def test_a_ledger_that_cannot_be_read_keeps_nobody_elses_from_being_told(
    world: World, game_clock: AdjustableClock
) -> None:
    first, second, sword = await handed_on(world, game_clock)
    whole = await life(world, sword)
    at = await unreadable(world, first, 1)

    found = await life(world, sword)

    assert found.unread == (Unread(first, at),)
    assert found.events == tuple(
        each for each in whole.events if each.char_id == second or each.line.deed == "starter"
    )
    assert (whole.unread, whole.owner, found.owner) == ((), second, second)


async def test_of_who_has_it_now_is_told_what_can_be_read_and_that_it_is_there(
    world: World, game_clock: AdjustableClock
) -> None:
    first, second, sword = await handed_on(world, game_clock)
    at = await unreadable(world, second, 3)

    found = await life(world, sword)
    await given(world, first, sword)
    moved = await life(world, sword)

    assert (found.unread, found.owner) == ((Unread(second, at),), second)
    assert [each.line.deed for each in found.events if each.char_id == second] == ["edit", "unlock_item"]
    assert (moved.unread, moved.owner) == ((Unread(second, at),), first)


async def test_what_went_by_an_entry_that_cannot_be_read_nobody_is_known_to_have(world: World) -> None:
    char_id = await world.character()
    sword = (await world.item(char_id, "iron_sword")).id
    await world.gateway.drop_item(char_id, sword)
    await world.gateway.sync_inventory(char_id)
    await unreadable(world, char_id, 1)

    found = await life(world, sword)

    assert (told(found), found.owner) == ([("starter", 1)], None)


async def test_without_a_birth_nothing_of_it_can_be_read_but_who_has_it(world: World) -> None:
    char_id, other = await world.character(), await world.character()
    bread = (await world.item(char_id, "bread")).id
    await world.execute("DELETE FROM inventory_operations WHERE char_id = :id", id=char_id)

    assert await life(world, bread, other) == ItemLife(bread, (), char_id, (Unread(char_id, 0),))
    assert await life(world, 404, char_id) == ItemLife(404, (), None, (Unread(char_id, 0),))


async def test_a_life_of_nobodys_is_refused(world: World) -> None:
    bread = (await world.item(await world.character(), "bread")).id

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
