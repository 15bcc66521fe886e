"""What sets two states of a session apart, as far as stored rows go."""

from collections.abc import Iterator, Sequence
from itertools import compress, count
from operator import is_not

from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    QUICK_SLOT,
    InventorySession,
    Item,
    PlacedItem,
)
from apps.game_core.value import Value


class RowChanges(Value):
    """What a change means for stored rows: ids of items that moved or changed, and of items now gone.

    `told`: the conflicts that waited to be told were.
    """

    changed: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()
    vitals: bool = False
    told: bool = False

    def __bool__(self) -> bool:
        return bool(self.changed or self.removed or self.vitals or self.told)


def compared(before: InventorySession, after: InventorySession) -> tuple[RowChanges, tuple[PlacedItem, ...]]:
    """What changed between two states of one session, and the rows that it touched as they were.

    What is the very same value in the same place is not looked at.
    """
    alike = _alike(before.backpack, after.backpack)
    old = {placed.item.id: placed for placed in _rows_apart(before, after, *alike)}
    new = {placed.item.id: placed for placed in _rows_apart(after, before, *alike)}
    changed = frozenset(item_id for item_id, placed in new.items() if old.get(item_id) != placed)
    removed = frozenset(old.keys() - new.keys())
    told = bool(before.conflicts) and not after.conflicts
    rows = RowChanges(changed, removed, before.vitals != after.vitals, told)
    touched = changed | removed
    return rows, tuple([placed for item_id, placed in old.items() if item_id in touched])


def row_changes(before: InventorySession, after: InventorySession) -> RowChanges:
    rows, _ = compared(before, after)
    return rows


def before_image(before: InventorySession, changes: RowChanges) -> tuple[PlacedItem, ...]:
    """The rows that `changes` touched, as they were."""
    return tuple(before.rows(changes.changed | changes.removed))


def _rows_apart(
    one: InventorySession, other: InventorySession, first: int, behind: int
) -> Iterator[PlacedItem]:
    """The rows of the one that are not the other's very own, and perhaps some more.

    So many of the `first` in the backpack, and of those `behind`, are.
    """
    for slot, item in one.equipped.items():
        if item is not None and item is not other.equipped[slot]:
            yield PlacedItem(item, slot.value, 0)
    for item in one.backpack[first : len(one.backpack) - behind]:
        yield PlacedItem(item, BACKPACK, item.position)
    there = len(other.quick_slots)
    for index, item in enumerate(one.quick_slots):
        if item is not None and (index >= there or item is not other.quick_slots[index]):
            yield PlacedItem(item, QUICK_SLOT, index)


def _alike(one: Sequence[Item], other: Sequence[Item]) -> tuple[int, int]:
    """How many items at the beginning, and how many at the end, both have."""
    most = min(len(one), len(other))
    if one is other:
        return most, 0
    first = next(compress(count(), map(is_not, one, other)), most)
    behind = next(compress(count(), map(is_not, reversed(one), reversed(other))), most)
    return first, min(behind, most - first)
