"""Taking back a drop."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.errors import CannotUndoError, UndoObstacle
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item, PlacedItem, adding
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.operation_ids import undo_id
from apps.game_core.modules.inventory.inventory.rules.counting import kind
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.dropping import DropResult, dropped_pieces
from apps.game_core.modules.inventory.inventory.rules.returning import found, put_back, returned_deed
from apps.game_core.modules.inventory.inventory.rules.told import Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room
from apps.game_core.value import replace

UNDO_SECONDS = 30


def in_time(at: int, done_at: int) -> bool:
    """Another process' clock may be a little ahead; one far ahead does not say how long ago it was."""
    return abs(at - done_at) <= UNDO_SECONDS


class UndoResult(Result):
    """`dropped` is what was taken back; `items` are the stacks that came back or grew."""

    dropped: tuple[DropResult, ...]
    items: tuple[Item, ...]


class Undo(Operation[UndoResult], kw_only=True):
    """Takes back operation `of`, a drop made at `dropped_at`: all that went, or nothing.

    `new_ids`, one for each of `dropped`, are for pieces whose stack is full now, or elsewhere. Its own id is
    made of the other's (`undo_id`), so that nothing is taken back twice.
    """

    kind: ClassVar[str] = "undo"

    of: str
    dropped: tuple[DropResult, ...]
    dropped_at: int
    new_ids: tuple[int, ...]


def undo(session: InventorySession, operation: Undo, rules: Rules) -> tuple[InventorySession, UndoResult]:
    """The dropped pieces return to their stacks, or beside them where they no longer fit."""
    if not in_time(operation.at, operation.dropped_at):
        raise CannotUndoError(operation.of, UndoObstacle.TOO_LATE)
    changed, items = session, []
    for dropped, new_id in zip(operation.dropped, operation.new_ids, strict=True):
        is_here, was_all = found(changed, dropped.item.id) is not None, not dropped.remaining_quantity
        if is_here and was_all:
            raise CannotUndoError(operation.of, UndoObstacle.CAME_BACK)
        back = replace(dropped.item, quantity=dropped.quantity)
        if is_here or was_all:
            changed, item = put_back(changed, back, new_id, rules)
        else:  # the rest of the stack may be somebody else's by now
            item = replace(back, id=new_id)
            changed = adding(changed, item)
        items.append(item)
    return require_room(session, changed), UndoResult(operation.dropped, tuple(items))


def _deed(deed: Deed, operation: Undo, result: UndoResult) -> None:
    gone = deed.drops.get(operation.of)
    same_id = operation.op_id == undo_id(operation.of)
    deed.claim(gone is not None and same_id, f"it takes back {operation.of}, no drop before it")
    for dropped in (operation.dropped, gone or ()):
        pieces = [(each.item.id, kind(each.item), each.quantity) for each in dropped]
        told = [(each.item.id, kind(each.item), each.quantity) for each in result.dropped]
        deed.claim(pieces == told, f"it takes back something else than {operation.of} dropped")
    backs = [replace(each.item, quantity=each.quantity) for each in result.dropped]
    returned_deed(deed, backs, operation.new_ids, result.items)


def _told(result: UndoResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=dropped_pieces(result.dropped))


UNDO = Definition(operation=Undo, rule=undo, deed=_deed, told=_told)
