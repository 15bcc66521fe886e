"""Keeping consumables at hand."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.errors import (
    InvalidSlotIndexError,
    ItemNotFoundError,
    NotConsumableError,
    SlotEmptyError,
)
from apps.game_core.modules.inventory.inventory.limits import ItemId, QuickSlotIndex
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    QUICK_SLOT,
    InventorySession,
    Item,
    PlacedItem,
    adding,
    without,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Told, pieces
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room
from apps.game_core.value import replace


class QuickSlotResult(Result):
    item: Item
    slot_index: int
    returned_item: Item | None = None


class MoveToQuickSlot(Operation[QuickSlotResult], kw_only=True):
    kind: ClassVar[str] = "move_to_quick_slot"
    reverts: ClassVar[bool] = True

    item_id: ItemId
    slot_index: QuickSlotIndex


class MoveFromQuickSlot(Operation[QuickSlotResult], kw_only=True):
    kind: ClassVar[str] = "move_from_quick_slot"
    reverts: ClassVar[bool] = True

    slot_index: QuickSlotIndex


def move_to_quick_slot(
    session: InventorySession, operation: MoveToQuickSlot, rules: Rules
) -> tuple[InventorySession, QuickSlotResult]:
    item = session.in_backpack(operation.item_id)
    if item is None:
        raise ItemNotFoundError(operation.item_id)
    if not rules.entry(item).is_consumable:
        raise NotConsumableError(item.id)
    old = in_quick_slot(session, operation.slot_index)
    quick_slots = with_quick_slot(session, operation.slot_index, replace(item, position=0))
    changed = replace(without(session, item.id), quick_slots=quick_slots)
    if old is not None:
        changed = adding(changed, old, position=item.position)
    return changed, QuickSlotResult(item, operation.slot_index, old)


def move_from_quick_slot(
    session: InventorySession, operation: MoveFromQuickSlot, _: Rules
) -> tuple[InventorySession, QuickSlotResult]:
    item = in_quick_slot(session, operation.slot_index)
    if item is None:
        raise SlotEmptyError(operation.slot_index)
    emptied = replace(session, quick_slots=with_quick_slot(session, operation.slot_index, None))
    return require_room(session, adding(emptied, item)), QuickSlotResult(item, operation.slot_index)


def in_quick_slot(session: InventorySession, index: int | None) -> Item | None:
    if index is None or not 0 <= index < len(session.quick_slots):
        raise InvalidSlotIndexError(index, len(session.quick_slots))
    return session.quick_slots[index]


def with_quick_slot(session: InventorySession, index: int, item: Item | None) -> tuple[Item | None, ...]:
    return (*session.quick_slots[:index], item, *session.quick_slots[index + 1 :])


def _moved_in(deed: Deed, operation: MoveToQuickSlot, result: QuickSlotResult) -> None:
    asked = (operation.item_id, operation.slot_index)
    deed.claim(asked == (result.item.id, result.slot_index), "it moved another item or elsewhere")
    position = deed.met(result.item, BACKPACK)
    deed.put(result.item, QUICK_SLOT, result.slot_index)
    if result.returned_item is not None:
        deed.met(result.returned_item, QUICK_SLOT, at=result.slot_index)
        deed.put(result.returned_item, BACKPACK, position)


def _moved_out(deed: Deed, operation: MoveFromQuickSlot, result: QuickSlotResult) -> None:
    deed.claim(operation.slot_index == result.slot_index, "another quick slot was emptied than was asked for")
    deed.met(result.item, QUICK_SLOT, at=result.slot_index)
    deed.append(result.item)


def _told(result: QuickSlotResult, _: Sequence[PlacedItem]) -> Told:
    returned = pieces(result.returned_item) if result.returned_item else ()
    return Told(items=pieces(result.item), slot_index=result.slot_index, returned=returned)


MOVE_TO_QUICK_SLOT = Definition(
    operation=MoveToQuickSlot, rule=move_to_quick_slot, deed=_moved_in, told=_told
)
MOVE_FROM_QUICK_SLOT = Definition(
    operation=MoveFromQuickSlot, rule=move_from_quick_slot, deed=_moved_out, told=_told
)
