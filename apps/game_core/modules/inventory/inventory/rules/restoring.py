"""Bringing back what was lost since a time. Nothing is taken, and what is there is not made again."""

from collections.abc import Collection, Iterable, Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.errors import NothingToRestoreError
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.counting import Kind, counted, kind, owned
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.returning import found, put_back, returned_deed
from apps.game_core.modules.inventory.inventory.rules.told import Told, summed
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import Revert
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room
from apps.game_core.value import replace


class RestoreResult(Result):
    """`returned` are the pieces that came back, as they stood; `items` the stacks they now are or joined."""

    returned: tuple[Item, ...]
    items: tuple[Item, ...]


class Restore(Operation[RestoreResult], kw_only=True):
    """Brings back what of `stood` is gone: stacks as they were at `to` (Unix seconds).

    `new_ids`, one for each of `stood`, are for pieces whose stack is elsewhere, or full, by now.
    """

    kind: ClassVar[str] = "restore"

    to: int
    stood: tuple[Item, ...]
    new_ids: tuple[int, ...]


def restore(
    session: InventorySession, operation: Restore, rules: Rules
) -> tuple[InventorySession, RestoreResult]:
    """Of each kind come back the pieces that `stood` has and the session has not.

    Weight is no obstacle, as it is none to an undo: the pieces were carried before.
    """
    missing = counted(operation.stood) - owned(session)
    changed, returned, items = session, [], []
    for stack, new_id in zip(operation.stood, operation.new_ids, strict=True):
        here = found(changed, stack.id)
        quantity = min(missing[kind(stack)], stack.quantity - (here.quantity if here else 0))
        if quantity > 0:
            missing[kind(stack)] -= quantity
            back = replace(stack, quantity=quantity, junk=False)
            changed, item = put_back(changed, back, new_id, rules)
            returned.append(back)
            items.append(item)
    if not returned:
        raise NothingToRestoreError(operation.to)
    return require_room(session, changed), RestoreResult(tuple(returned), tuple(items))


def lost(session: InventorySession, stood: Iterable[Item]) -> tuple[Item, ...]:
    """The stacks of kinds that the session has fewer pieces of, in the order of their places."""
    earlier = sorted(stood, key=lambda item: (item.position, item.id))
    missing = counted(earlier) - owned(session)
    return tuple(item for item in earlier if missing[kind(item)])


def covers(restored: RestoreResult, undo: Undo | Revert) -> bool:
    """Whether a restore that came after the drop has brought back pieces of a kind that was dropped.

    It has counted the dropped pieces among what was lost, so that taking the drop back as well would
    double them.
    """
    went = _went(undo)
    return any(kind(item) in went for item in restored.returned)


def _went(undo: Undo | Revert) -> Collection[Kind]:
    if isinstance(undo, Undo):
        return {kind(each.item) for each in undo.dropped}
    had, has = (counted(placed.item for placed in rows) for rows in (undo.before, undo.after))
    return had - has


def _deed(deed: Deed, operation: Restore, result: RestoreResult) -> None:
    missing = counted(operation.stood) - counted(each.item for each in deed.rows.values())
    deed.claim(counted(result.returned) <= missing, "more came back than was missing")
    new_ids = dict(zip((item.id for item in operation.stood), operation.new_ids, strict=False))
    returned_deed(deed, result.returned, [new_ids.get(item.id, 0) for item in result.returned], result.items)


def _told(result: RestoreResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=summed(result.returned))


RESTORE = Definition(operation=Restore, rule=restore, deed=_deed, told=_told)
