"""What was eaten, drunk, sold, traded or handed in by choice: no loss, and nothing to be brought back."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from apps.game_core.modules.inventory.inventory.codec import decode_stored, singly
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.operation_ids import undo_id
from apps.game_core.modules.inventory.inventory.rules.adding import AddItemResult
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumableResult
from apps.game_core.modules.inventory.inventory.rules.counting import Kind, counted, kind, owned
from apps.game_core.modules.inventory.inventory.rules.giving import GiveResult
from apps.game_core.modules.inventory.inventory.rules.mending import MendResult
from apps.game_core.modules.inventory.inventory.rules.receiving import ReceiveResult
from apps.game_core.modules.inventory.inventory.rules.taking import TakeResult
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.value import replace


@dataclass(frozen=True, slots=True)
class UsedUp:
    """Pieces by kind, less those that were found meanwhile; `ids` of the stacks they came from.

    `given` are ids of what went into a trade and has not come back.
    """

    pieces: Counter[Kind]
    ids: frozenset[int]
    given: frozenset[int]


def used_up(entries: Sequence[LedgerEntry]) -> UsedUp:
    """What a player used and did not take back. An entry may come twice. Raises UnreadableError."""
    once = {entry.op_id: entry for entry in entries}
    taken_back = {op_id for op_id in once if undo_id(op_id) in once}
    went, found, given = list[Item](), Counter[Kind](), frozenset[int]()
    for op_id, entry in once.items():
        for each in singly(entry):
            answer = decode_stored(each.kind, each.result)
            if op_id not in taken_back:
                went += _used(answer)
            found.update(_found(answer))
            given = _given(given, answer)
    return UsedUp(counted(went) - found, frozenset(item.id for item in went), given)


def _used(answer: object) -> Sequence[Item]:
    match answer:
        case UseConsumableResult(item=item):
            return (replace(item, quantity=1),)
        case MendResult(spent=spent) | TakeResult(spent=spent):
            return [replace(each.item, quantity=each.quantity) for each in spent]
        case GiveResult(items=items):
            return items
        case _:
            return ()


def _found(answer: object) -> Counter[Kind]:
    match answer:
        case AddItemResult(stacks=(stack, *_), quantity=quantity):
            return Counter({kind(stack): quantity})
        case ReceiveResult(items=items):
            return counted(items)
        case _:
            return Counter()


def _given(before: frozenset[int], answer: object) -> frozenset[int]:
    match answer:
        case GiveResult(items=items):
            return before.union(item.id for item in items)
        case ReceiveResult(items=items):
            return before.difference(item.id for item in items)
        case _:
            return before


def without(stood: Iterable[Item], used: UsedUp) -> list[Item]:
    """The stacks without the pieces that were used; first those shrink that they came from."""
    left, kept = used.pieces.copy(), []
    for stack in sorted(stood, key=lambda item: item.id not in used.ids):
        gone = min(left[kind(stack)], stack.quantity)
        left[kind(stack)] -= gone
        if stack.quantity > gone:
            kept.append(replace(stack, quantity=stack.quantity - gone))
    return kept


def left_out(session: InventorySession, stood: Collection[Item], used: UsedUp) -> tuple[Item, ...]:
    """One stack for each kind of which pieces would be missed, had they not been used up by choice."""
    one = {kind(item): item for item in stood}
    left = used.pieces & (counted(stood) - owned(session))
    return tuple(replace(one[what], quantity=number) for what, number in left.items())
