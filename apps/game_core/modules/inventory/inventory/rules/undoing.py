"""Taking back a drop."""

from dataclasses import replace

from apps.game_core.modules.inventory.errors import CannotUndoError, UndoObstacle
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item, adding, with_item
from apps.game_core.modules.inventory.inventory.operations import Undo
from apps.game_core.modules.inventory.inventory.results import (
    DropResult,
    UndoResult,
)
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room

UNDO_SECONDS = 30


def undo(session: InventorySession, operation: Undo, rules: Rules) -> tuple[InventorySession, UndoResult]:
    """The dropped pieces return to their stacks, or beside them where they no longer fit."""
    if operation.at - operation.dropped_at > UNDO_SECONDS:
        raise CannotUndoError(operation.of, UndoObstacle.TOO_LATE)
    changed, items = session, []
    for dropped, new_id in zip(operation.dropped, operation.new_ids, strict=True):
        here = _found(changed, dropped.item.id)
        if here is not None and not dropped.remaining_quantity:
            raise CannotUndoError(operation.of, UndoObstacle.CAME_BACK)
        changed, item = _put_back(changed, dropped, here, new_id, rules)
        items.append(item)
    return require_room(session, changed), UndoResult(operation.dropped, tuple(items))


def _put_back(
    session: InventorySession, dropped: DropResult, here: Item | None, new_id: int, rules: Rules
) -> tuple[InventorySession, Item]:
    back = replace(dropped.item, quantity=dropped.quantity)
    if here is None:
        taken = any(item.position == back.position for item in session.backpack)
        changed = adding(session, back, position=None if taken else back.position)
        return changed, back
    entry = rules.catalog.get(back.base_id)
    grown = replace(here, quantity=here.quantity + back.quantity)
    if session.in_backpack(here.id) and entry is not None and grown.quantity <= entry.max_stack:
        return with_item(session, grown), grown
    apart = replace(back, id=new_id)
    return adding(session, apart), apart


def _found(session: InventorySession, item_id: int) -> Item | None:
    return next((placed.item for placed in session.placed() if placed.item.id == item_id), None)
