"""Bringing back what was lost since a time: all of it, nothing of it twice, nothing taken away."""

from collections.abc import Iterable
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.game_core.modules.inventory.errors import (
    InventoryFullError,
    LedgerUnreadableError,
    NothingToRestoreError,
    OperationRefusedError,
)
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.inventory.logic.history.looking_back import later, stood
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item, without
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.row_changes import before_image, row_changes
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable
from apps.game_core.modules.inventory.inventory.rules.counting import kind, owned
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem, DropMany, DropResult
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem
from apps.game_core.modules.inventory.inventory.rules.quick_slots import MoveFromQuickSlot, MoveToQuickSlot
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore, lost
from apps.game_core.modules.inventory.inventory.rules.stacks import MergeStacks, SplitStack
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem, UnequipItem
from apps.game_core.modules.inventory.oversight_ports import Made
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.value import replace
from tests.unit.inventory.test_conservation import check_replay, check_rows, check_shape
from tools.support.bags import NOW, bag, item, rules, stamp

LIVELY = ("health_potion", "iron_ore", "iron_sword", "bread", "copper_ring")
Move = tuple[int, int, int, int]
moves = st.tuples(st.integers(0, 11), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
_new_ids = count(20_000_000)


def restore(*stacks: Item) -> Restore:
    return Restore(**stamp(), to=NOW, stood=stacks, new_ids=tuple(next(_new_ids) for _ in stacks))


def after(session: InventorySession, *operations: Operation[Result]) -> InventorySession:
    for operation in operations:
        session, _ = apply(session, operation, rules())
    return session


def test_a_lost_stack_comes_back_as_it_was() -> None:
    bread, ring = item("bread", 3, locked=True), item("copper_ring")
    before = bag(bread, ring)

    restored, result = apply(without(before, bread.id), restore(*before.backpack), rules())

    assert restored.backpack == before.backpack
    assert result.returned == result.items == (before.backpack[0],)


def test_pieces_return_to_their_stack() -> None:
    ore = item("iron_ore", 10)
    before = bag(ore)
    used = after(before, DropItem(**stamp(), item_id=ore.id, quantity=4))

    restored, result = apply(used, restore(*before.backpack), rules())

    assert restored == before
    assert [each.quantity for each in result.returned] == [4]


def test_pieces_of_a_stack_that_moved_on_lie_beside_it() -> None:
    potion = item("health_potion", 2)
    before = bag(item("health_potion", 5))
    stack = before.backpack[0]
    now = bag(quick={0: replace(potion, id=stack.id)})

    restored, _ = apply(now, restore(stack), rules())

    assert [each.quantity for each in restored.backpack] == [3]
    assert restored.backpack[0].id >= 20_000_000


def test_pieces_that_only_moved_are_not_made_anew() -> None:
    ore = item("iron_ore", 10)
    before = bag(ore, item("iron_ore", 2))
    first, second = before.backpack
    merged = after(
        before,
        SplitStack(**stamp(), item_id=first.id, quantity=4, new_id=77),
        MergeStacks(**stamp(), item_id=first.id, into_id=second.id),
    )

    with pytest.raises(NothingToRestoreError):
        apply(merged, restore(*before.backpack), rules())


def test_the_stack_that_was_lost_is_the_one_that_comes_back() -> None:
    before = bag(item("iron_ore", 6), item("iron_ore", 4))
    first, second = before.backpack

    restored, result = apply(without(before, second.id), restore(first, second), rules())

    assert restored.backpack == before.backpack
    assert result.returned == (second,)


@pytest.mark.parametrize(
    "making",
    [
        AddItem(**stamp(), base_id="copper_ring", quantity=2, new_ids=(71, 72)),
        SplitStack(**stamp(), item_id=1_000, quantity=4, new_id=73),
        Restore(**stamp(), to=NOW, stood=(item("copper_ring"),), new_ids=(74,)),
    ],
)
def test_what_was_made_since_was_not_there_before(making: Operation[Result]) -> None:
    before = bag(replace(item("iron_ore", 10), id=1_000))
    now, result = apply(before, making, rules())

    found = stood(now, [entry(before, now, making, result)])

    assert tuple(found) == before.backpack


def test_what_was_gained_stays_and_counts() -> None:
    before = bag(item("bread", 3))
    now = bag(item("bread", 2), item("copper_ring"))

    restored, result = apply(now, restore(*before.backpack), rules())

    assert owned(restored)[kind(before.backpack[0])] == 3
    assert [each.quantity for each in result.returned] == [1]
    assert now.backpack[1] in restored.backpack


def test_a_better_piece_of_the_same_name_is_another_kind() -> None:
    plain = item("iron_sword")
    before = bag(plain, replace(plain, id=9_001, bound=True))

    restored, result = apply(bag(plain), restore(*before.backpack), rules())

    assert [each.id for each in result.returned] == [9_001]
    assert len(restored.backpack) == 2


def test_a_full_backpack_refuses_all_of_it() -> None:
    before = bag(item("bread", 3), item("copper_ring"))
    full = bag(item("iron_sword"), max_slots=2)

    with pytest.raises(InventoryFullError):
        apply(full, restore(*before.backpack), rules())


def entry(
    before: InventorySession, now: InventorySession, operation: Operation[Result], result: object
) -> LedgerEntry:
    image = before_image(before, row_changes(before, now))
    parts = (encode(operation), encode(result), encode(image))
    return LedgerEntry(operation.op_id, 0, operation.kind, operation.at, *parts)


def lively_operation(session: InventorySession, move: Move, at: int) -> Operation[Result]:
    """One that mostly is possible, so that there is something to take back."""
    which, first, second, third = move
    pile = session.backpack or (item("bread"),)
    one, other = pile[first % len(pile)], pile[second % len(pile)]
    alike = next((each for each in pile if each.stacks_with(one) and each is not one), other)
    some = 1 + third % one.quantity
    stamped = stamp(f"op{at}", at)
    new_ids = (next(_new_ids), next(_new_ids))
    operations: tuple[Operation[Result], ...] = (
        DropItem(**stamped, item_id=one.id, quantity=some),
        DropMany(**stamped, item_ids=tuple({one.id, other.id})),
        SplitStack(**stamped, item_id=one.id, quantity=some, new_id=new_ids[0]),
        MergeStacks(**stamped, item_id=one.id, into_id=alike.id),
        MergeStacks(**stamped, item_id=alike.id, into_id=one.id),
        UseConsumable(**stamped, item_id=one.id),
        MoveToQuickSlot(**stamped, item_id=one.id, slot_index=third % 4),
        MoveFromQuickSlot(**stamped, slot_index=third % 4),
        EquipItem(**stamped, item_id=one.id),
        UnequipItem(**stamped, slot=Slot.MAIN_HAND),
        AddItem(**stamped, base_id=LIVELY[second % len(LIVELY)], quantity=1 + third, new_ids=new_ids),
        LockItem(**stamped, item_id=one.id, locked=third == 0),
    )
    return operations[which]


def by_id(items: Iterable[Item]) -> dict[int, Item]:
    return {each.id: each for each in items}


class Game:
    """A bag with its ledger and all that it ever was."""

    def __init__(self, session: InventorySession) -> None:
        self.session = session
        self.states = [session]
        self.ledger: list[LedgerEntry] = []

    @property
    def at(self) -> int:
        return NOW + len(self.ledger) + 1

    def do(self, operation: Operation[Result]) -> object:
        before = self.session
        self.session, result = apply(before, operation, rules())
        check_shape(self.session)
        check_rows(before, self.session)
        check_replay(before, operation, self.session, result)
        self.ledger.append(entry(before, self.session, operation, result))
        self.states.append(self.session)
        return result

    def undo(self, result: object, op_id: str) -> None:
        if isinstance(result, DropResult):
            stamped, new_ids = stamp(f"undo:{op_id}", self.at), (next(_new_ids),)
            self.do(Undo(**stamped, of=op_id, dropped=(result,), dropped_at=self.at, new_ids=new_ids))

    def restore(self, step: int) -> None:
        """The ledger tells exactly what there was after `step` operations; what is gone comes back."""
        step = min(step, len(self.ledger))
        then, before = self.states[step], self.session
        found = stood(before, self.ledger[step:])
        assert by_id(found) == by_id(placed.item for placed in then.placed())
        new_ids = tuple(next(_new_ids) for _ in lost(before, found))
        op_id = f"restore{self.at}"
        restore = Restore(op_id=op_id, at=self.at, to=NOW + step, stood=lost(before, found), new_ids=new_ids)
        if owned(then) <= owned(before):
            with pytest.raises(NothingToRestoreError):
                self.do(restore)
            return
        self.do(restore)
        assert owned(self.session) == owned(then) | owned(before)
        ids = {placed.item.id for placed in self.session.placed()}
        assert ids >= {placed.item.id for placed in before.placed()}


@settings(max_examples=200)
@given(
    quantities=st.lists(st.integers(1, 9), min_size=3, max_size=8),
    plan=st.lists(moves, min_size=4, max_size=24),
    undone=st.integers(0, 30),
    halfway=st.integers(0, 24),
    step=st.integers(0, 12),
)
def test_after_any_history_a_restore_brings_back_what_was_lost(
    quantities: list[int], plan: list[Move], undone: int, halfway: int, step: int
) -> None:
    kinds = zip(LIVELY * 2, quantities, strict=False)
    entries = rules().catalog.entries
    items = [item(base_id, min(most, entries[base_id].max_stack)) for base_id, most in kinds]
    game = Game(bag(*items, level=30, strength=60, max_slots=60))
    for number, move in enumerate(plan):
        operation = lively_operation(game.session, move, game.at)
        with suppress(OperationRefusedError):
            result = game.do(operation)
            if number == undone:
                game.undo(result, operation.op_id)
        if number == halfway:
            game.restore(step)
    game.restore(step)


def test_a_used_potion_comes_back_and_its_health_stays() -> None:
    before = bag(item("health_potion"), hp=10)
    [potion] = before.backpack
    used = after(before, UseConsumable(**stamp(), item_id=potion.id))

    restored, _ = apply(used, restore(potion), rules())

    assert restored.backpack == (potion,)
    assert restored.vitals.hp == used.vitals.hp > 10


def test_an_entry_of_another_age_is_not_guessed_at() -> None:
    before = bag(item("bread"))
    strange = LedgerEntry("op", 1, "enchant_item", NOW, b"{}", b"{}", b"[]")

    with pytest.raises(LedgerUnreadableError) as refused:
        stood(before, [strange])

    assert refused.value.at == NOW


def test_looking_back_begins_with_the_first_entry_after_the_time() -> None:
    """Clocks differ a little between processes: what follows in the ledger came later."""
    made = [Made(str(at), version, at) for version, at in enumerate((1, 5, 4, 9))]

    assert [each.at for each in later(made, 4, NOW)] == [5, 4, 9]
    assert later(made, 9, NOW) == []
