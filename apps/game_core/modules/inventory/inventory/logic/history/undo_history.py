"""Finds what an undo takes back: among what is not written yet, else in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.game_core.modules.inventory.errors import CannotUndoError, SessionConflictError, UndoObstacle
from apps.game_core.modules.inventory.inventory.codec import UnreadableError, decode_result, decode_stored
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation_ids import ARCHIVED, undo_id
from apps.game_core.modules.inventory.inventory.rules.dropping import DropResult, dropped_by
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore, covers
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo
from apps.game_core.modules.inventory.ports import LedgerEntry, UnitOfWorkFactory
from apps.game_core.modules.inventory.session_store import Control, SessionStore
from apps.game_core.system.protocols import Clock, IdMaker


@dataclass(frozen=True, slots=True)
class UndoHistory:
    store: SessionStore
    unit_of_work: UnitOfWorkFactory
    clock: Clock
    ids: IdMaker

    async def undo(self, session: InventorySession, op_id: str) -> Undo:
        """The operation that takes back `op_id`, which took effect in exactly this session.

        Raises:
            CannotUndoError: it did not, or it cannot be taken back.
            SessionConflictError: the session is not the stored one any more.

        """
        state = await self._state_of(session)
        entry = await self._not_archived(state, op_id)
        dropped = () if entry is None or entry.refused else _dropped(entry)
        if entry is None or not dropped:
            raise CannotUndoError(op_id, UndoObstacle.UNKNOWN)
        undo = Undo(
            op_id=undo_id(op_id),
            at=int(self.clock.now()),
            of=op_id,
            dropped=dropped,
            dropped_at=entry.at,
            new_ids=tuple(self.ids.item_id() for _ in dropped),
        )
        restores = await self._restores_after(entry, state)
        if any(covers(decode_result(Restore, each.result), undo) for each in restores):
            raise CannotUndoError(op_id, UndoObstacle.CAME_BACK)
        return undo

    async def stands(self, session: InventorySession, op_id: str) -> bool:
        """Whether `op_id` took effect in exactly this session. Raises SessionConflictError."""
        entry = await self._entry(await self._state_of(session), op_id)
        return entry is not None and not entry.refused

    async def _state_of(self, session: InventorySession) -> Control:
        state = await self.store.inspect(session.char_id)
        if state is None or state.rev != session.rev:
            # A rebase may have refused the operation: what is pending counts only for this very session.
            raise SessionConflictError(session.char_id)
        return state

    async def _entry(self, state: Control, op_id: str) -> LedgerEntry | None:
        pending = next((entry for entry in state.pending if entry.op_id == op_id), None)
        if pending is not None:
            return pending
        async with self.unit_of_work() as unit:
            return await unit.inventories.operation(state.char_id, op_id)

    async def _not_archived(self, state: Control, op_id: str) -> LedgerEntry | None:
        """Raises CannotUndoError: files are made of what is far too old for that."""
        entry = await self._entry(state, op_id)
        if entry is not None and entry.kind == ARCHIVED:
            raise CannotUndoError(op_id, UndoObstacle.TOO_LATE)
        return entry

    async def _restores_after(self, drop: LedgerEntry, state: Control) -> Sequence[LedgerEntry]:
        pending = [entry for entry in state.pending if entry.kind == Restore.kind and not entry.refused]
        if any(entry.op_id == drop.op_id for entry in state.pending):
            return [entry for entry in pending if entry.version > drop.version]
        async with self.unit_of_work() as unit:
            return [*pending, *await unit.inventories.restores_since(state.char_id, drop.op_id)]


def _dropped(entry: LedgerEntry) -> tuple[DropResult, ...]:
    try:
        return dropped_by(decode_stored(entry.kind, entry.result))
    except UnreadableError:
        return ()
