"""Finds what moved or used something, and how it left it, so that it can be taken back."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.game_core.modules.inventory.errors import CannotUndoError, UndoObstacle
from apps.game_core.modules.inventory.inventory.codec import (
    UnreadableError,
    decode_operation,
    decode_rows,
    decode_stored,
)
from apps.game_core.modules.inventory.inventory.logic.history.deeds import do
from apps.game_core.modules.inventory.inventory.logic.history.undo_history import UndoHistory
from apps.game_core.modules.inventory.inventory.model import Buff, InventorySession
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operation_ids import undo_id
from apps.game_core.modules.inventory.inventory.rules.batching import Batch, BatchResult
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumableResult, running
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSetResult
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import Revert
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipResult, UnequipResult
from apps.game_core.modules.inventory.ports import LedgerEntry


class RevertHistory(UndoHistory):
    """Drops are taken back as drops (`undo`), all other operations as they touched rows (`revert`)."""

    __slots__ = ()

    async def revert(self, session: InventorySession, op_id: str) -> Revert:
        """The operation that takes back `op_id`, which took effect in exactly this session.

        Raises:
            CannotUndoError: it did not, or it cannot be taken back.
            SessionConflictError: the session is not the stored one any more.

        """
        state = await self._state_of(session)
        entry = await self._not_archived(state, op_id)
        if entry is None or entry.refused:
            raise CannotUndoError(op_id, UndoObstacle.UNKNOWN)
        revert = reverting(entry, int(self.clock.now()))
        if await self._restores_after(entry, state):
            # An admin has counted what this used among what was lost.
            raise CannotUndoError(op_id, UndoObstacle.CAME_BACK)
        return revert


def reverting(entry: LedgerEntry, now: int) -> Revert:
    """What takes back an operation, by its entry alone. Raises CannotUndoError."""
    try:
        operation = decode_operation(entry.kind, entry.payload)
        result = decode_stored(entry.kind, entry.result)
        rows = {placed.item.id: placed for placed in decode_rows(entry.before)}
    except UnreadableError as error:
        raise CannotUndoError(entry.op_id, UndoObstacle.UNKNOWN) from error
    if not operation.can_be_reverted:
        raise CannotUndoError(entry.op_id, UndoObstacle.UNKNOWN)
    deed = Deed(rows, rows)
    do(deed, operation, result)
    return Revert(
        op_id=undo_id(entry.op_id),
        at=now,
        of=entry.op_id,
        done_at=entry.at,
        before=tuple(rows.values()),
        after=tuple(placed for placed in deed.changes.values() if placed),
        **_vitals(operation, result),
    )


def _vitals(operation: Operation[Any], result: object) -> dict[str, Any]:
    match result:
        case UseConsumableResult(healed=healed, effects=effects, ended=ended):
            return {"changed": healed, "started": running((), effects, operation.at), "ended": ended}
        case EquipResult(changed=changed) | UnequipResult(changed=changed) | WearSetResult(changed=changed):
            return {"changed": changed}
        case BatchResult(steps=steps) if isinstance(operation, Batch):
            pairs = zip(operation.operations, steps, strict=False)
            return _together([_vitals(each, step.result) for each, step in pairs])
        case _:
            return {}


def _together(several: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What one started and a later one ended is none of either."""
    changed, started, ended = 0, list[Buff](), list[Buff]()
    for each in several:
        changed += each.get("changed", 0)
        for buff in each.get("ended", ()):
            if buff in started:
                started.remove(buff)
            else:
                ended.append(buff)
        started += each.get("started", ())
    return {"changed": changed, "started": tuple(started), "ended": tuple(ended)}
