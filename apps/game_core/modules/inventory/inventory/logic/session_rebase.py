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
from apps.game_core.modules.inventory.session_store import Control, Rebase, SessionStore
from apps.game_core.modules.inventory.snapshot import InventorySnapshot
from apps.game_core.system.protocols import Clock, IdMaker

Restores = Mapping[str, Sequence[RestoreResult]]
"""By operation: what the restores after it, all of them in the ledger, brought back."""

LOST = "lost"
"""Kind of the entry that stands for changes which nobody knows any more."""
MADE_BEFORE = "MadeBefore"

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

    async def rebase(
        self, state: Control, *, anew: bool = False, lost: Sequence[LedgerEntry] = (), missing: int = 0
    ) -> bool:
        """Put the session onto the database's state and replay what the ledger lacks.

        `anew`: even if the session stands on that state, for its document is gone or it holds what the
        ledger has. `lost` are operations that the session should have had; `missing` counts those that nobody
        knows any more. False when there was nothing to rebase over or somebody else was faster; nothing was
        changed then.
        """
        entries = (*state.pending, *lost)
        snapshot = await self.snapshots.of(state.char_id, tuple(entry.op_id for entry in entries))
        missing += max(0, state.base.version - snapshot.version)  # the database is an older one
        replay = self._replay(state, snapshot, await self._restores(state.char_id, entries), lost)
        if missing:
            replay.miss(missing, self.ids.token(), int(self.clock.now()))
        done = await self.store.rebase(replace(self._plan(state, snapshot, replay), anew=anew))
        if done:
            self.metrics.rebased()
            self.metrics.lost(brought_back=len(lost), missing=missing)
            log.info("session rebased", char_id=state.char_id, operations=len(entries), missing=missing)
        return done

    async def _restores(self, char_id: int, entries: Sequence[LedgerEntry]) -> Restores:
        valid = (entry for entry in entries if not entry.refused)
        operations = [decode_operation(entry.kind, entry.payload) for entry in valid]
        undone = [operation.of for operation in operations if isinstance(operation, Undo)]
        if not undone:
            return {}
        async with self.unit_of_work() as unit:
            found = unit.inventories.restores_since
            return {of: _results(await found(char_id, of)) for of in undone}

    def _replay(
        self, state: Control, snapshot: InventorySnapshot, restores: Restores, lost: Sequence[LedgerEntry]
    ) -> "Replay":
        base = session_from(snapshot, int(self.clock.now()))
        replay = Replay(Rules(self.catalog.current), base, max(snapshot.version, state.version), restores)
        known = {mark.op_id: mark.version for mark in snapshot.known}
        for entry in state.pending:
            if entry.op_id not in known:
                replay.add(entry)
            elif known[entry.op_id] != entry.version:
                # Not our own write: it was made twice, and the second time is taken back.
                replay.leave_out(entry, MADE_BEFORE)
        for entry in lost:
            if entry.op_id not in known:
                replay.add(entry)
        return replay

    def _plan(self, state: Control, snapshot: InventorySnapshot, replay: "Replay") -> Rebase:
        least = max(snapshot.version, state.version) + 1
        session = replace(
            replay.session,
            version=max(replay.version, least),
            rev=self.ids.token(),
            dirty=bool(replay.pending),
            conflicts=tuple(entry.kind for entry in replay.pending if entry.refused),
        )
        rows = row_changes(replay.base, session)
        return Rebase(state.rev, state.base, session, snapshot, tuple(replay.pending), rows)


class Replay:
    """Pending operations, applied again one by one on another base, which has the `restores`."""

    def __init__(self, rules: Rules, base: InventorySession, version: int, restores: Restores) -> None:
        self.base = base
        self.session = base
        self.version = version
        self.pending: list[LedgerEntry] = []
        self._restores = restores
        self._refused: set[str] = set()
        self._drops: dict[str, tuple[DropResult, ...]] = {}
        self._rules = rules

    def add(self, entry: LedgerEntry) -> None:
        try:
            self._apply(entry)
        except OperationRefusedError as refusal:
            self.leave_out(entry, type(refusal).__name__)

    def leave_out(self, entry: LedgerEntry, reason: str) -> None:
        # A grant is no conflict: its row in the inbox is still unread and goes on waiting.
        if not is_inbox(entry.op_id):
            self._refused.add(entry.op_id)
            self._keep(replace(entry, refused=reason))

    def miss(self, changes: int, token: str, at: int) -> None:
        """Record that so many changes are gone which nobody knows any more."""
        payload = encode({"changes": changes})
        self._keep(LedgerEntry(f"{LOST}:{token}", 0, LOST, at, payload, b"null", b"[]", refused=LOST))

    def _apply(self, entry: LedgerEntry) -> None:
        if entry.refused:
            self.leave_out(entry, entry.refused)
            return
        operation = self._as_told(decode_operation(entry.kind, entry.payload), entry.result)
        before = self.session
        self.session, result = apply(before, operation, self._rules)
        self._drops[entry.op_id] = dropped_by(result)
        image = before_image(before, row_changes(before, self.session))
        self._keep(replace(entry, payload=encode(operation), result=encode(result), before=encode(image)))

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

    def _keep(self, entry: LedgerEntry) -> None:
        self.version += 1
        self.pending.append(replace(entry, version=self.version))


def _results(restores: Sequence[LedgerEntry]) -> Sequence[RestoreResult]:
    return [decode_result(Restore, entry.result) for entry in restores]
