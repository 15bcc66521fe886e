"""Taking back a drop."""

from dataclasses import replace

from apps.game_core.modules.inventory.errors import CannotUndoError, UndoObstacle
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operations import Undo
from apps.game_core.modules.inventory.inventory.results import UndoResult
from apps.game_core.modules.inventory.inventory.rules.returning import found, put_back
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room

UNDO_SECONDS = 30


def undo(session: InventorySession, operation: Undo, rules: Rules) -> tuple[InventorySession, UndoResult]:
    """The dropped pieces return to their stacks, or beside them where they no longer fit."""
    if operation.at - operation.dropped_at > UNDO_SECONDS:
        raise CannotUndoError(operation.of, UndoObstacle.TOO_LATE)
    changed, items = session, []
    for dropped, new_id in zip(operation.dropped, operation.new_ids, strict=True):
        if not dropped.remaining_quantity and found(changed, dropped.item.id) is not None:
            raise CannotUndoError(operation.of, UndoObstacle.CAME_BACK)
        back = replace(dropped.item, quantity=dropped.quantity)
        changed, item = put_back(changed, back, new_id, rules)
        items.append(item)
    return require_room(session, changed), UndoResult(operation.dropped, tuple(items))
