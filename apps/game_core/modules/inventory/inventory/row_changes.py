"""What sets two states of a session apart, as far as stored rows go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import is_

from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    QUICK_SLOT,
    InventorySession,
    Item,
    PlacedItem,
)


@dataclass(frozen=True, slots=True)
class RowChanges:
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
    old = {placed.item.id: placed for placed in _rows_apart(before, after)}
    new = {placed.item.id: placed for placed in _rows_apart(after, before)}
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


def _rows_apart(one: InventorySession, other: InventorySession) -> Iterator[PlacedItem]:
    """The rows of the one that are not the other's very own, and perhaps some more."""
    for slot, item in one.equipped.items():
        if item is not None and item is not other.equipped[slot]:
            yield PlacedItem(item, slot.value, 0)
    if one.backpack is not other.backpack:
        first, behind = _alike(one.backpack, other.backpack)
        for item in one.backpack[first : len(one.backpack) - behind]:
            yield PlacedItem(item, BACKPACK, item.position)
    there = len(other.quick_slots)
    for index, item in enumerate(one.quick_slots):
        if item is not None and (index >= there or item is not other.quick_slots[index]):
            yield PlacedItem(item, QUICK_SLOT, index)


def _alike(one: Sequence[Item], other: Sequence[Item]) -> tuple[int, int]:
    """How many items at the beginning, and how many at the end, both have."""
    most = min(len(one), len(other))
    first = next((at for at, same in enumerate(map(is_, one, other)) if not same), most)
    behind = next((at for at, same in enumerate(map(is_, reversed(one), reversed(other))) if not same), most)
    return first, min(behind, most - first)
