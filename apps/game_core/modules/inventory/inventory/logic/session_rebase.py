"""Step 7 of the protocol: a session whose database row is no longer the one it grew from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from apps.game_core.modules.inventory.errors import (
    CannotUndoError,
    CharacterNotFoundError,
    OperationRefusedError,
    UndoObstacle,
)
from apps.game_core.modules.inventory.inventory.codec import decode_operation, decode_result, encode
from apps.game_core.modules.inventory.inventory.logic.snapshots import FreshSnapshots, session_from
from apps.game_core.modules.inventory.inventory.model import InventorySession, before_image, row_changes
from apps.game_core.modules.inventory.inventory.operations import (
    DropItem,
    DropMany,
    Operation,
    Restore,
    Undo,
    is_inbox,
)
from apps.game_core.modules.inventory.inventory.results import (
    DropResult,
    RestoreResult,
    dropped_by,
)
from apps.game_core.modules.inventory.inventory.rules import Rules, apply
from apps.game_core.modules.inventory.inventory.rules.restoring import covers
from apps.game_core.modules.inventory.metrics import InventoryMetrics
from apps.game_core.modules.inventory.ports import CatalogProvider, LedgerEntry, UnitOfWorkFactory
from apps.game_core.modules.inventory.session_store import Control, Rebase, Replayed, SessionStore
from apps.game_core.modules.inventory.snapshot import InventorySnapshot
from apps.game_core.system.protocols import Clock, IdMaker

Restores = Mapping[str, Sequence[RestoreResult]]
"""By operation: what the restores after it, all of them in the ledger, brought back."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SessionRebase:
    store: SessionStore
    unit_of_work: UnitOfWorkFactory
    snapshots: FreshSnapshots
    catalog: CatalogProvider
    clock: Clock
    ids: IdMaker
    metrics: InventoryMetrics

    async def verify(self, char_id: int) -> None:
        """Compare a session that another Redis process loaded with the database, once.

        Raises:
            CharacterNotFoundError: the database knows no such character.

        """
        state = await self.store.inspect(char_id)
        if state is None:
            return
        async with self.unit_of_work() as unit:
            row = await unit.inventories.row(char_id)
        if row is None:
            raise CharacterNotFoundError(char_id)
        if row == state.base or row.rev in state.tokens:
            await self.store.adopt(char_id, state.rev)
        else:
            await self.rebase(state)

    async def rebase(self, state: Control, *, anew: bool = False) -> bool:
        """Put the session onto the database's state and replay what the ledger lacks.

        `anew`: even if the session stands on that state, for its document is gone or it holds what the
        ledger has. False when there was nothing to rebase over or somebody else was faster; nothing was
        changed then.
        """
        op_ids = tuple(entry.op_id for entry in state.pending)
        snapshot = await self.snapshots.of(state.char_id, op_ids)
        plan = self._plan(state, snapshot, await self._restores(state))
        done = await self.store.rebase(replace(plan, anew=anew))
        if done:
            self.metrics.rebased()
            log.info("session rebased", char_id=state.char_id, operations=len(op_ids))
        return done

    async def _restores(self, state: Control) -> Restores:
        valid = (entry for entry in state.pending if not entry.refused)
        operations = [decode_operation(entry.kind, entry.payload) for entry in valid]
        undone = [operation.of for operation in operations if isinstance(operation, Undo)]
        if not undone:
            return {}
        async with self.unit_of_work() as unit:
            found = unit.inventories.restores_since
            return {of: _results(await found(state.char_id, of)) for of in undone}

    def _plan(self, state: Control, snapshot: InventorySnapshot, restores: Restores) -> Rebase:
        base = session_from(snapshot, int(self.clock.now()))
        version = max(snapshot.version, state.version)
        applied = {mark.op_id for mark in snapshot.recent}
        replay = Replay(Rules(self.catalog.current), base, version, restores)
        for entry in state.pending:
            if entry.op_id not in applied:
                replay.add(entry)
        session = replace(
            replay.session,
            version=max(replay.version, version + 1),
            rev=self.ids.token(),
            dirty=bool(replay.pending),
            conflicts=tuple(each.entry.kind for each in replay.pending if each.entry.refused),
        )
        rows = row_changes(base, session)
        pending, forgotten = tuple(replay.pending), tuple(replay.forgotten)
        return Rebase(state.rev, state.base, session, snapshot, pending, rows, forgotten)


class Replay:
    """Pending operations, applied again one by one on another base, which has the `restores`."""

    def __init__(self, rules: Rules, base: InventorySession, version: int, restores: Restores) -> None:
        self.session = base
        self.version = version
        self.pending: list[Replayed] = []
        self.forgotten: list[str] = []
        self._restores = restores
        self._refused: set[str] = set()
        self._drops: dict[str, tuple[DropResult, ...]] = {}
        self._rules = rules

    def add(self, entry: LedgerEntry) -> None:
        try:
            self._apply(entry)
        except OperationRefusedError as refusal:
            self._refuse(entry, type(refusal).__name__)

    def _apply(self, entry: LedgerEntry) -> None:
        if entry.refused:
            self._refuse(entry, entry.refused)
            return
        operation = self._as_told(decode_operation(entry.kind, entry.payload), entry.result)
        before = self.session
        self.session, result = apply(before, operation, self._rules)
        self._drops[entry.op_id] = dropped_by(result)
        image = before_image(before, row_changes(before, self.session))
        data = encode(result)
        self._keep(replace(entry, payload=encode(operation), result=data, before=encode(image)), data)

    def _as_told(self, operation: Operation[object], result: bytes) -> Operation[object]:
        """An operation that depends on what it met, made to do here what the player was told."""
        if isinstance(operation, DropItem):
            return replace(operation, quantity=decode_result(DropItem, result).quantity)
        if isinstance(operation, DropMany):
            told = decode_result(DropMany, result).dropped
            return replace(operation, quantities=tuple(each.quantity for each in told))
        if isinstance(operation, Undo):
            return self._undo_as_told(operation)
        return operation

    def _undo_as_told(self, undo: Undo) -> Undo:
        if undo.of in self._refused:
            raise CannotUndoError(undo.of, UndoObstacle.UNKNOWN)
        # A pending restore of the kind would have had the undo refused before.
        if any(covers(restored, undo) for restored in self._restores.get(undo.of, ())):
            raise CannotUndoError(undo.of, UndoObstacle.CAME_BACK)
        return replace(undo, dropped=self._drops.get(undo.of, undo.dropped))

    def _refuse(self, entry: LedgerEntry, reason: str) -> None:
        if is_inbox(entry.op_id):
            # Not a conflict: its row in the inbox is still unread and goes on waiting.
            self.forgotten.append(entry.op_id)
        else:
            self._refused.add(entry.op_id)
            self._keep(replace(entry, refused=reason), None)

    def _keep(self, entry: LedgerEntry, result: bytes | None) -> None:
        self.version += 1
        self.pending.append(Replayed(replace(entry, version=self.version), result))


def _results(restores: Sequence[LedgerEntry]) -> Sequence[RestoreResult]:
    return [decode_result(Restore, entry.result) for entry in restores]
