"""What was eaten, drunk, sold or handed in by choice: no loss, and nothing to be brought back."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from apps.game_core.modules.inventory.inventory.codec import decode_stored
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.operation_ids import undo_id
from apps.game_core.modules.inventory.inventory.rules.adding import AddItemResult
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumableResult
from apps.game_core.modules.inventory.inventory.rules.counting import Kind, counted, kind, owned
from apps.game_core.modules.inventory.inventory.rules.mending import MendResult
from apps.game_core.modules.inventory.inventory.rules.taking import TakeResult
from apps.game_core.modules.inventory.ports import LedgerEntry


@dataclass(frozen=True, slots=True)
class UsedUp:
    """Pieces by kind, less those that were found meanwhile; `ids` of the stacks they came from."""

    pieces: Counter[Kind]
    ids: frozenset[int]


def used_up(entries: Sequence[LedgerEntry]) -> UsedUp:
    """What a player used and did not take back. An entry may come twice. Raises UnreadableError."""
    used: dict[str, Sequence[Item]] = {}
    found: dict[str, Counter[Kind]] = {}
    for entry in entries:
        match decode_stored(entry.kind, entry.result):
            case UseConsumableResult(item=item):
                used[undo_id(entry.op_id)] = (replace(item, quantity=1),)
            case MendResult(spent=spent) | TakeResult(spent=spent):
                used[undo_id(entry.op_id)] = [replace(each.item, quantity=each.quantity) for each in spent]
            case AddItemResult(quantity=quantity, stacks=(stack, *_)):
                found[entry.op_id] = Counter({kind(stack): quantity})
    for entry in entries:
        used.pop(entry.op_id, None)
    went = [item for items in used.values() for item in items]
    pieces = counted(went) - sum(found.values(), Counter())
    return UsedUp(pieces, frozenset(item.id for item in went))


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
