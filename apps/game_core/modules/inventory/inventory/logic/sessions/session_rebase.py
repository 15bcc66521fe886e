"""Step 7 of the protocol: a session whose database row is no longer the one it grew from."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from apps.game_core.modules.inventory.errors import CharacterNotFoundError
from apps.game_core.modules.inventory.inventory.codec import (
    UnreadableError,
    decode_operation,
    decode_result,
    decode_stored,
)
from apps.game_core.modules.inventory.inventory.logic.sessions.replay import (
    Loss,
    Replay,
    Restores,
    is_found,
    op_ids_of,
    to_try_again,
)
from apps.game_core.modules.inventory.inventory.logic.sessions.snapshots import FreshSnapshots, session_from
from apps.game_core.modules.inventory.inventory.logic.sessions.traded import (
    losses_of_receipts,
    receipts_of,
    unfounded_receipts,
)
from apps.game_core.modules.inventory.inventory.row_changes import row_changes
from apps.game_core.modules.inventory.inventory.rules.batching import Batch
from apps.game_core.modules.inventory.inventory.rules.dropping import dropped_by
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore, RestoreResult
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import Revert
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.metrics import InventoryMetrics
from apps.game_core.modules.inventory.ports import CatalogProvider, LedgerEntry, UnitOfWorkFactory
from apps.game_core.modules.inventory.session_store import Control, Rebase, SessionStore
from apps.game_core.modules.inventory.snapshot import InventorySnapshot, LedgerMark
from apps.game_core.system.protocols import Clock, IdMaker
from apps.game_core.value import replace

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

    async def verify(self, char_id: int) -> bool:
        """Compare a session that another Redis process loaded with the database, once. False: it stands.

        Raises:
            CharacterNotFoundError: the database knows no such character.

        """
        state = await self.store.inspect(char_id)
        if state is None:
            return True
        generation = self.store.generation
        async with self.unit_of_work() as unit:
            row = await unit.inventories.row(char_id)
        if row is None:
            raise CharacterNotFoundError(char_id)
        is_own = row == state.base or row.rev in state.tokens
        if is_own and await self._is_founded(state):
            return not await self.store.adopt(state, generation)
        await self.rebase(state, anew=is_own)
        return True

    async def _is_founded(self, state: Control) -> bool:
        """Whether all that the session has received waits in the inbox, or is known to have come."""
        receipts = list(receipts_of(state.pending))
        if not receipts:
            return True
        async with self.unit_of_work() as unit:
            book = unit.inventories
            known = await book.known(state.char_id, [entry.op_id for entry, _ in receipts])
            waiting = await book.founded(state.char_id, [receipt for _, receipt in receipts])
        return all(entry.op_id in known or receipt in waiting for entry, receipt in receipts)

    async def rebase(
        self,
        state: Control,
        *,
        anew: bool = False,
        lost: Sequence[LedgerEntry] = (),
        losses: Sequence[Loss] = (),
        newest: int = 0,
    ) -> Rebase | None:
        """Put the session onto the database's state and replay what the ledger lacks.

        `anew`: even if the session stands on that state, for its document is gone or it holds what the
        ledger has. `lost` are operations that the session should have had, `losses` what of them nobody knows
        any more; `newest` is a version that it was seen with. None when there was nothing to rebase over or
        somebody else was faster; nothing was changed then.
        """
        entries = (*state.pending, *lost)
        asked = (*op_ids_of(entries), *losses_of_receipts(entries))
        snapshot = await self.snapshots.of(state.char_id, asked)
        unfounded = unfounded_receipts(entries, snapshot)
        told = {*(mark.op_id for mark in snapshot.known), *(entry.op_id for entry in entries)}
        state = replace(state, pending=tuple(each for each in state.pending if each.op_id not in unfounded))
        lost = [each for each in lost if each.op_id not in unfounded]
        losses = (*losses, *(loss for loss in map(Loss, unfounded.values()) if loss.op_id not in told))
        if state.base.version > snapshot.version:  # the database is an older one
            losses = (*losses, Loss(state.base.rev, state.base.version - snapshot.version))
        restores = await self._restores(state.char_id, entries)
        newest = max(newest, snapshot.version, state.version, *(entry.version for entry in lost))
        rules = Rules(self.catalog.current)
        base = session_from(snapshot, int(self.clock.now()), rules)
        replay = Replay(rules, base, newest, restores)
        told_before = self._replay(state, snapshot, replay, lost)
        for loss in losses:
            replay.miss(loss, int(self.clock.now()))
        plan = replace(self._plan(state, snapshot, replay, told_before), anew=anew)
        if not await self.store.rebase(plan):
            return None
        missing = sum(loss.changes for loss in losses)
        back = {entry.op_id for entry in plan.pending if not entry.refused}
        self.metrics.rebased()
        self.metrics.lost(brought_back=sum(entry.op_id in back for entry in lost), missing=missing)
        log.info("session rebased", char_id=state.char_id, operations=len(entries), missing=missing)
        return plan

    async def _restores(self, char_id: int, entries: Sequence[LedgerEntry]) -> Restores:
        valid = (entry for entry in entries if not entry.refused)
        operations = [decode_operation(entry.kind, entry.payload) for entry in valid]
        undos = [operation for operation in operations if isinstance(operation, Undo | Revert)]
        bases = [each.after for each in operations if isinstance(each, Batch) and each.after is not None]
        if not undos and not bases:
            return {}
        async with self.unit_of_work() as unit:
            book = unit.inventories
            held = [undo.of for undo in undos if _takes_back(undo, await book.operation(char_id, undo.of))]
            held += [each for each in bases if await book.operation(char_id, each)]
            return {of: _results(await book.restores_since(char_id, of)) for of in held}

    def _replay(
        self, state: Control, snapshot: InventorySnapshot, replay: Replay, lost: Sequence[LedgerEntry]
    ) -> int:
        """In the order in which they were made. Returns the version from before which all is told."""
        known = {mark.op_id: mark for mark in snapshot.known}
        standing = {*known, *(entry.op_id for entry in lost)}
        unknown = [entry for entry in state.pending if not is_found(entry, standing)]
        told = [entry for entry in unknown if entry.refused and entry.version < state.told]
        for entry in told:
            if entry.op_id not in known:
                replay.add(entry)
        first_untold = replay.version + 1 if state.told else 0
        rest = [to_try_again(entry, state.told) for entry in unknown if entry not in told]
        for entry in sorted((*rest, *lost), key=lambda entry: entry.place):
            if entry.op_id not in known:
                replay.add(entry)
            elif entry not in lost and _is_another(known[entry.op_id], entry):
                replay.made_before(entry)
        return first_untold

    def _plan(self, state: Control, snapshot: InventorySnapshot, replay: Replay, told: int) -> Rebase:
        untold = () if told else replay.base.conflicts
        refused = (entry.kind for entry in replay.pending if entry.refused and entry.version >= told)
        session = replace(
            replay.session,
            version=max(replay.version, replay.newest + 1),
            rev=self.ids.token(),
            dirty=True,
            conflicts=tuple(dict.fromkeys((*untold, *refused))),
        )
        rows = row_changes(replay.base, session)
        return Rebase(state.rev, state.base, session, snapshot, tuple(replay.pending), rows, told=told)


def _is_another(mark: LedgerMark, entry: LedgerEntry) -> bool:
    """Whether the ledger has the operation from another time than the entry's: then it was made twice."""
    return mark.at not in (None, entry.at) and not entry.refused


def _takes_back(undo: Undo | Revert, of: LedgerEntry | None) -> bool:
    """Whether it is this that it takes back: what was lost has left its id to something else."""
    if of is None:
        return False
    try:
        operation, result = decode_operation(of.kind, of.payload), decode_stored(of.kind, of.result)
    except UnreadableError:
        return False
    if isinstance(undo, Revert):
        return operation.can_be_reverted
    return [(each.item.id, each.quantity) for each in dropped_by(result)] == [
        (each.item.id, each.quantity) for each in undo.dropped
    ]


def _results(restores: Sequence[LedgerEntry]) -> Sequence[RestoreResult]:
    return [decode_result(Restore, entry.result) for entry in restores]
