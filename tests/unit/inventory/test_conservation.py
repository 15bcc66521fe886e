"""Random operations on random bags: nothing appears or disappears but by the rules."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.game_core.modules.inventory.errors import CannotUndoError, OperationRefusedError
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import decode_operation, decode_result, encode
from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.loadout import MAX_LOADOUTS
from apps.game_core.modules.inventory.inventory.logic.history.revert_history import reverting
from apps.game_core.modules.inventory.inventory.model import (
    Durability,
    InventorySession,
    Item,
    Parcel,
    Source,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_id
from apps.game_core.modules.inventory.inventory.operations import OPERATIONS
from apps.game_core.modules.inventory.inventory.row_changes import before_image, row_changes
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.batching import Batch
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem, DropMany
from apps.game_core.modules.inventory.inventory.rules.fighting import SettleFight
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.inventory.rules.junk import MarkJunk
from apps.game_core.modules.inventory.inventory.rules.loadouts import ForgetLoadout, SaveLoadout
from apps.game_core.modules.inventory.inventory.rules.mending import MendItem, RepairItem, needs
from apps.game_core.modules.inventory.inventory.rules.noting import TakeNote
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet
from apps.game_core.modules.inventory.inventory.rules.purse import AddCoins, TakeCoins
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore
from apps.game_core.modules.inventory.inventory.rules.stacks import SplitStack
from apps.game_core.modules.inventory.inventory.rules.taking import TakeItem, TakeKind
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import Revert
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem, UnequipItem
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.items.contracts import CatalogEntry, Slot
from apps.game_core.value import replace
from tools.support.any_operation import Choice, by_limits
from tools.support.bags import NOW, Stamp, bag, item, rules, stamp
from tools.support.learning import learned

# What is made of an earlier operation, in `next_operation` or in tests of its own.
TAKE_BACK = (Undo, Revert, Restore)
COINS = "coins"
KINDS = sorted(rules().catalog.entries)
_new_ids = count(10_000_000)

indexes = st.integers(min_value=0, max_value=9)
quantities = st.integers(min_value=-1, max_value=30)
moves = st.tuples(
    st.integers(0, 20), indexes, indexes, quantities, st.sampled_from(KINDS), st.sampled_from(Slot)
)


def unused(entry: CatalogEntry) -> Durability | None:
    return Durability(entry.max_durability, entry.max_durability) if entry.max_durability else None


def starting_bag(kinds: list[tuple[str, int]], max_slots: int) -> InventorySession:
    entries = rules().catalog.entries
    items = [
        item(kind, min(quantity, entries[kind].max_stack), durability=unused(entries[kind]))
        for kind, quantity in kinds
    ]
    return bag(*items[:max_slots], max_slots=max_slots, level=30, strength=60)


def chosen(session: InventorySession, index: int) -> int:
    everything = [placed.item.id for placed in session.placed()]
    return everything[index % len(everything)] if everything else 404


def loadout(session: InventorySession, index: int) -> int:
    ids = [each.id for each in session.loadouts]
    return ids[index % len(ids)] if ids else 404


def operations_for(
    session: InventorySession, move: tuple[int, int, int, int, str, Slot], step: int
) -> tuple[Operation[Result], ...]:
    """One of each kind, or some; by hand where the limits of its fields do not say enough."""
    _, first, second, quantity, base_id, slot = move
    one, other = chosen(session, first), chosen(session, second)
    stamped = stamp(f"op{step}", NOW + step)
    new_ids = tuple(next(_new_ids) for _ in range(max(quantity, 0)))
    by_hand: tuple[Operation[Result], ...] = (
        EquipItem(**stamped, item_id=one),
        EquipItem(**stamped, item_id=one, slot=slot),
        WearSet(**stamped, items={slot: one}),
        WearSet(**stamped, items={slot: one, Slot.MAIN_HAND: other}),
        UseConsumable(**stamped, item_id=one, in_combat=bool(second % 2)),
        UseConsumable(**stamped, item_id=one, source=Source.QUICK_SLOT, slot_index=second),
        AddItem(**stamped, base_id=base_id, quantity=quantity, new_ids=new_ids),
        AddItem(**stamped, base_id=base_id, quantity=quantity, new_ids=new_ids, durability=10 * second),
        SplitStack(**stamped, item_id=one, quantity=quantity, new_id=next(_new_ids)),
        SaveLoadout(**stamped, name=f"{second % 7}", new_id=next(_new_ids)),
        ForgetLoadout(**stamped, loadout_id=loadout(session, first)),
        TakeNote(**stamped, came=(Gift(base_id, 1),)),
        given_for(session, move, stamped),
        Receive(**stamp(inbox_id(step), NOW + step), parcel=parcel(session, move)),
        replace(Batch.of(*several(session, move)), **stamped),
    )
    left = [each for each in OPERATIONS.values() if each not in {*map(type, by_hand), *TAKE_BACK}]
    choice = Choice(one, other, second, quantity, base_id, slot)
    return (*by_hand, *(replace(by_limits(each, choice), **stamped) for each in left))


def given_for(session: InventorySession, move: tuple[int, int, int, int, str, Slot], stamped: Stamp) -> Give:
    """Some of what lies in the backpack, or of what was there in another state."""
    _, first, second, quantity, *_ = move
    things = session.backpack[first : first + second]
    worn = tuple(replace(each, quantity=each.quantity + quantity // 25) for each in things)
    return Give(**stamped, trade=7, partner=2, own_mark=first, other_mark=second, items=worn, coins=second)


def parcel(session: InventorySession, move: tuple[int, int, int, int, str, Slot]) -> Parcel:
    """Something new and coins; now and then something that is there already."""
    _, first, second, _, base_id, _ = move
    worn = unused(rules().catalog.entries[base_id])
    there = [placed.item for placed in session.placed()][: second // 8]
    things = (item(base_id, durability=worn, junk=bool(first % 2)), *there)
    return Parcel(7, first, things, coins=second, returned=bool(first % 3))


def several(
    session: InventorySession, move: tuple[int, int, int, int, str, Slot]
) -> tuple[Operation[Result], ...]:
    """What a module may ask for at once, and what a player could take back."""
    _, first, second, quantity, base_id, slot = move
    one, other = chosen(session, first), chosen(session, second)
    if second % 3 == 2:
        save = SaveLoadout(name=f"{first}", new_id=next(_new_ids))
        return EquipItem(item_id=one), save, ForgetLoadout(loadout_id=loadout(session, first))
    if second % 2:
        return EquipItem(item_id=one), MarkJunk(item_ids=(other,)), UnequipItem(slot=slot)
    new_ids = tuple(next(_new_ids) for _ in range(max(quantity, 0)))
    made = AddItem(base_id=base_id, quantity=quantity, new_ids=new_ids)
    taken = TakeItem(item_id=one), TakeKind(base_id=base_id, quantity=1 + first, in_use=True)
    return *taken, made, AddCoins(amount=7), TakeCoins(amount=1 + first)


def operation_for(
    session: InventorySession, move: tuple[int, int, int, int, str, Slot], step: int
) -> Operation[Result]:
    operations = operations_for(session, move, step)
    return operations[(move[0] + move[1]) % len(operations)]


Done = list[tuple[LedgerEntry, Counter[str]]]
"""Entries with what their operations added or took."""


def next_operation(
    session: InventorySession, move: tuple[int, int, int, int, str, Slot], step: int, done: Done
) -> Operation[Result]:
    """Now and then what takes back an earlier one, where anything does; the latest the most often."""
    _, first, second, quantity, *_ = move
    if done and second < 3 and quantity < 15:
        with suppress(CannotUndoError):
            return reverting(done[-1 - (first if second else 0) % len(done)][0], NOW + step)
    return operation_for(session, move, step)


def entry_of(
    step: int, operation: Operation[Result], result: object, before: InventorySession, after: InventorySession
) -> LedgerEntry:
    image = before_image(before, row_changes(before, after))
    parts = (encode(operation), encode(result), encode(image))
    return LedgerEntry(operation.op_id, step, operation.kind, operation.at, *parts)


def pieces(session: InventorySession) -> Counter[str]:
    """With the coins."""
    found = Counter({COINS: session.coins})
    for placed in session.placed():
        found[placed.item.base_id] += placed.item.quantity
    return found


def expected_difference(  # noqa: C901, PLR0911, PLR0912 - a table
    operation: Operation[Result], before: InventorySession, done: Done
) -> Counter[str]:
    """What an accepted operation may add or take, by kind of item."""
    by_id = {placed.item.id: placed.item for placed in before.placed()}
    match operation:
        case AddItem(base_id=base_id, quantity=quantity):
            return Counter({base_id: quantity})
        case DropItem(item_id=item_id, quantity=int(quantity)):
            return Counter({by_id[item_id].base_id: -quantity})
        case DropMany(item_ids=item_ids):
            dropped: Counter[str] = Counter()
            for item_id in item_ids:
                dropped[by_id[item_id].base_id] -= by_id[item_id].quantity
            return dropped
        case Revert(of=of):
            taken = next(difference for entry, difference in done if entry.op_id == of)
            return Counter({kind: -number for kind, number in taken.items()})
        case Batch():
            parts = (expected_difference(each, before, done) for each in operation.operations)
            return sum_of(parts)
        case MendItem(item_id=item_id):
            price = needs(by_id[item_id], rules())
            assert price is not None
            return Counter({price[0].base_id: -price[1]})
        case AddCoins(amount=amount):
            return Counter({COINS: amount})
        case TakeCoins(amount=amount):
            return Counter({COINS: -amount})
        case Give(items=items, coins=coins):
            return sum_of((Counter({each.base_id: -each.quantity}) for each in items), coins)
        case Receive(parcel=came):
            return Counter({COINS: came.coins}) + Counter(each.base_id for each in came.items)
        case TakeItem() | TakeKind():
            return taken_by(operation, by_id)
        case UseConsumable(item_id=item_id):
            return Counter({by_id[item_id].base_id: -1})
        case _:
            return Counter()


def taken_by(operation: TakeItem | TakeKind, by_id: Mapping[int, Item]) -> Counter[str]:
    if isinstance(operation, TakeKind):
        return Counter({operation.base_id: -operation.quantity})
    item = by_id[operation.item_id]
    return Counter({item.base_id: -(operation.quantity or item.quantity)})


def sum_of(several: Iterable[Counter[str]], paid: int = 0) -> Counter[str]:
    """With what is below zero."""
    total = Counter({COINS: -paid})
    for each in several:
        total.update(each)
    return total


def check_hero(before: InventorySession, operation: Operation[Result], after: InventorySession) -> None:
    """Fights teach as much as they say, and nothing else does."""
    if isinstance(operation, SettleFight):
        assert learned(after.hero) - learned(before.hero) == operation.experience
    else:
        assert after.hero == before.hero


def check_wear(before: InventorySession, operation: Operation[Result], after: InventorySession) -> None:
    """Fights wear down what is worn, mending makes whole, taking back takes back; nothing else touches it."""
    was = {placed.item.id: placed.item.durability for placed in before.placed()}
    for placed in after.placed():
        item_id, now = placed.item.id, placed.item.durability
        if item_id not in was or isinstance(operation, Undo | Revert | Restore):
            continue
        match operation:
            case SettleFight(wear=wear) if now and placed.place in {*Slot}:
                then = was[item_id]
                assert then is not None
                assert now.current == max(0, then.current - wear)
            case MendItem(item_id=mended) | RepairItem(item_id=mended) if mended == item_id:
                assert now is not None
                assert now.current == now.max
            case _:
                assert now == was[item_id]


def check_shape(session: InventorySession) -> None:
    ids = [placed.item.id for placed in session.placed()]
    assert len(ids) == len(set(ids))
    places = [(placed.place, placed.position) for placed in session.placed()]
    assert len(places) == len(set(places))
    assert [each.position for each in session.backpack] == sorted(each.position for each in session.backpack)
    assert len(session.backpack) <= session.limits.max_slots
    assert session.coins >= 0
    assert 0 < session.vitals.hp <= rules().max_hp(session, NOW)
    assert len(session.quick_slots) == rules().quick_slot_count(session)
    names = {each.name for each in session.loadouts}
    assert len(names) == len({each.id for each in session.loadouts}) == len(session.loadouts) <= MAX_LOADOUTS
    assert not [placed for placed in session.placed() if placed.item.junk and placed.item.locked]
    for placed in session.placed():
        entry = rules().catalog.entries[placed.item.base_id]
        assert 1 <= placed.item.quantity <= entry.max_stack


@settings(max_examples=200)
@given(
    kinds=st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 20)), max_size=12),
    max_slots=st.integers(min_value=1, max_value=14),
    plan=st.lists(moves, min_size=10, max_size=40),
)
def test_items_are_conserved_by_any_sequence_of_operations(
    kinds: list[tuple[str, int]],
    max_slots: int,
    plan: list[tuple[int, int, int, int, str, Slot]],
) -> None:
    session = starting_bag(kinds, max_slots)
    done: Done = []
    for step, move in enumerate(plan):
        operation = next_operation(session, move, step, done)
        with suppress(OperationRefusedError):
            after, result = apply(session, operation, rules())
            gained = pieces(after)
            gained.subtract(pieces(session))
            expected = expected_difference(operation, session, done)
            assert {kind: n for kind, n in gained.items() if n} == {
                kind: n for kind, n in expected.items() if n
            }
            check_shape(after)
            check_hero(session, operation, after)
            check_wear(session, operation, after)
            check_rows(session, after)
            check_replay(session, operation, after, result)
            done.append((entry_of(step, operation, result, session, after), expected))
            session = after


def check_rows(before: InventorySession, after: InventorySession) -> None:
    """Writing the changed rows and removing the removed ones turns the old rows into the new ones."""
    changes = row_changes(before, after)
    new = {placed.item.id: placed for placed in after.placed()}
    rows = {placed.item.id: placed for placed in before.placed()}
    assert {placed.item.id for placed in before_image(before, changes)} <= rows.keys()
    for item_id in changes.removed:
        del rows[item_id]
    rows.update((item_id, new[item_id]) for item_id in changes.changed)
    assert rows == new


def check_replay(
    before: InventorySession, operation: Operation[Result], after: InventorySession, result: object
) -> None:
    """An operation that went through JSON does the same again."""
    again = decode_operation(operation.kind, encode(operation))
    assert again == operation
    assert apply(before, again, rules()) == (after, result)
    assert decode_result(type(operation), encode(result)) == result
