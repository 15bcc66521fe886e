"""Inventories as they stood at any time, against what was seen at that time."""

import random
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest

from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.modules.inventory.contracts import (
    AddCoins,
    AddItem,
    ComparePasts,
    DropItem,
    EquipItem,
    LockItem,
    LookAtPast,
    MendItem,
    MergeStacks,
    MoveToQuickSlot,
    PlacedItem,
    SettleFight,
    SplitStack,
    TakeCoins,
    TakeKind,
    UnequipItem,
    UseConsumable,
)
from apps.game_core.modules.inventory.errors import (
    CannotUndoError,
    CharacterNotFoundError,
    InvalidInputError,
    LedgerUnreadableError,
    OperationRefusedError,
)
from apps.game_core.modules.inventory.inventory.logic.history.past import Stood, stood_at
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.rules.deed import numbered
from apps.game_core.modules.items.contracts import Slot
from tests.support.world import World
from tools.support.any_operation import Choice, by_limits
from tools.support.clocks import AdjustableClock

STEPS = 150
KINDS: tuple[type[Operation[Any]], ...] = (
    *(EquipItem, UnequipItem, EquipItem, UseConsumable, MoveToQuickSlot, LockItem, SettleFight),
    *(DropItem, TakeKind, AddItem, SplitStack, MergeStacks, MendItem, AddCoins, TakeCoins),
)


async def rows(world: World, char_id: int) -> Mapping[int, PlacedItem]:
    session = await world.gateway.service.runner.current(char_id)
    return {placed.item.id: numbered(placed) for placed in session.placed()}


async def anything(world: World, char_id: int, dice: random.Random) -> None:
    """Something that a player or a module does, or tries to, now and then taking it back."""
    owned = sorted(await rows(world, char_id))
    base_id = dice.choice(("bread", "iron_ore", "health_potion", "copper_ring"))
    number, second = dice.randint(1, 3), dice.randint(0, 5)
    choice = Choice(dice.choice(owned), dice.choice(owned), second, number, base_id, dice.choice([*Slot]))
    op_id = f"op{dice.random()}"
    with suppress(OperationRefusedError, InvalidInputError):
        await world.gateway.perform(char_id, by_limits(dice.choice(KINDS), choice), op_id=op_id)
        if dice.random() < 0.2:
            with suppress(CannotUndoError):
                await world.gateway.revert(char_id, op_id)


@pytest.mark.parametrize("seed", [1, 2])
async def test_it_stood_as_it_was_seen_at_each_version_of_a_long_history(
    world: World, game_clock: AdjustableClock, seed: int
) -> None:
    dice = random.Random(seed)
    char_id = await world.character()
    seen = list[tuple[int, int, Mapping[int, PlacedItem], int]]()
    for _ in range(STEPS):
        await anything(world, char_id, dice)
        session = await world.gateway.service.runner.current(char_id)
        stands = await rows(world, char_id)
        seen.append((int(game_clock.now()), session.version, stands, session.coins))
        if dice.random() < 0.1:
            await world.gateway.sync_inventory(char_id)
        game_clock.advance(2)
    history = await PostgresHistories(world.core.engine).read(char_id)
    state = await world.core.store.inspect(char_id)
    assert history is not None
    pending = state.pending if state else ()

    wrong = [
        at
        for at, version, stood, coins in seen
        if stood_at(history, pending, at) != Stood(version, stood, coins)
    ]

    assert wrong == []
    assert len({version for _, version, *_ in seen}) > STEPS / 4
    assert len({coins for *_, coins in seen}) > STEPS / 20


async def test_places_and_differences_are_told_by_kind(world: World, game_clock: AdjustableClock) -> None:
    char_id = await world.character()
    born = int(game_clock.now())
    game_clock.advance(10)
    sword, bread = await world.item(char_id, "iron_sword"), await world.item(char_id, "bread")
    await world.gateway.equip_item(char_id, sword.id)
    await world.gateway.move_to_quick_slot(char_id, bread.id, 1)
    await world.gateway.perform(char_id, TakeKind(base_id="iron_ore", quantity=2))
    await world.gateway.perform(char_id, AddItem(base_id="copper_ring", quantity=1))
    await world.gateway.perform(char_id, AddCoins(amount=30))
    await world.gateway.sync_inventory(char_id)
    now = int(game_clock.now())
    ask = world.core.router.ask

    past, present = await ask(LookAtPast(char_id, born)), await ask(LookAtPast(char_id, now))
    between = await ask(ComparePasts(char_id, born, now))
    before_birth = await ask(LookAtPast(char_id, born - 1_000))

    assert (past.worn, past.ready, past.version) == ({}, {}, 0)
    assert {slot: item.name for slot, item in present.worn.items()} == {Slot.MAIN_HAND: "Iron Sword"}
    assert {index: (item.name, item.quantity) for index, item in present.ready.items()} == {
        1: ("Loaf of Bread", 3)
    }
    assert len(past.backpack) - len(present.backpack) == 1
    assert [(each.base_id, each.quantity) for each in between.came] == [("copper_ring", 1)]
    assert [(each.base_id, each.quantity) for each in between.went] == [("iron_ore", 2)]
    assert (before_birth.version, before_birth.backpack) == (0, ())
    assert (before_birth.coins, past.coins, present.coins) == (0, 0, 30)
    assert (between.coins, (await ask(ComparePasts(char_id, now, born))).coins) == (30, -30)
    assert (await ask(ComparePasts(char_id, now, born))).came == between.went


async def test_what_was_split_and_put_together_neither_came_nor_went(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id, before = await world.character(), int(game_clock.now())
    game_clock.advance(5)
    bread = await world.item(char_id, "bread")
    await world.gateway.split_stack(char_id, bread.id, 1)

    difference = await world.core.router.ask(ComparePasts(char_id, before, int(game_clock.now())))

    assert (difference.came, difference.went) == ((), ())


@pytest.mark.parametrize("at", [True, 1.5, "1", -1, 10**30, None])
async def test_times_that_are_none_are_refused(world: World, at: Any) -> None:
    char_id = await world.character()
    for asked in (LookAtPast(char_id, at), ComparePasts(char_id, 0, at), ComparePasts(char_id, at, 0)):
        with pytest.raises(InvalidInputError):
            await world.core.router.ask(asked)


async def test_an_edit_by_sql_belongs_to_the_past_too(world: World, game_clock: AdjustableClock) -> None:
    char_id = await world.character()
    ore, bread = await world.item(char_id, "iron_ore"), await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    await world.gateway.sync_inventory(char_id)
    await world.execute("UPDATE inventory_items SET quantity = 20 WHERE id = :id", id=ore.id)
    before = int(game_clock.now())
    game_clock.advance(10)
    await world.gateway.drop_item(char_id, ore.id)
    await world.gateway.sync_inventory(char_id)

    past = await world.core.router.ask(LookAtPast(char_id, before))
    difference = await world.core.router.ask(ComparePasts(char_id, before, int(game_clock.now())))

    assert [each.quantity for each in past.backpack if each.base_id == "iron_ore"] == [20]
    assert [(each.base_id, each.quantity) for each in difference.went] == [("iron_ore", 12)]


async def test_what_nobody_wrote_down_or_can_read_is_refused(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    await world.gateway.sync_inventory(char_id)
    await world.execute("UPDATE inventory_operations SET kind = 'of_tomorrow' WHERE version = 1")
    ask = world.core.router.ask

    with pytest.raises(LedgerUnreadableError):
        await ask(LookAtPast(char_id, int(game_clock.now())))
    with pytest.raises(CharacterNotFoundError):
        await ask(LookAtPast(404, int(game_clock.now())))
    await world.execute("DELETE FROM inventory_operations WHERE op_id = 'starter'")
    with pytest.raises(LedgerUnreadableError):
        await ask(LookAtPast(char_id, 0))
