"""Claim, write, acknowledge: how a dirty session reaches the database."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from apps.game_core.modules.inventory.contracts import SyncResult
from apps.game_core.modules.inventory.errors import (
    AlreadyInLedgerError,
    CharacterNotFoundError,
    DatabaseBusyError,
    SyncFailedError,
    UnfoundedReceiptError,
)
from apps.game_core.modules.inventory.inventory.logic.sessions.session_rebase import SessionRebase
from apps.game_core.modules.inventory.inventory.logic.sessions.write_plan import inventory_data, to_row
from apps.game_core.modules.inventory.metrics import InventoryMetrics
from apps.game_core.modules.inventory.ports import DatabaseRow, Mismatch, UnitOfWorkFactory, Written
from apps.game_core.modules.inventory.session_store import (
    Acknowledgement,
    Claim,
    Control,
    Orphan,
    SessionStore,
)
from apps.game_core.system.protocols import IdMaker

log = structlog.get_logger(__name__)

_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class SessionSync:
    """Worker, close, state change, logout and shutdown all come through here.

    `aggressive` deletes a session once it is written and its player has left; otherwise it stays as a
    cache until its TTL ends.
    """

    store: SessionStore
    unit_of_work: UnitOfWorkFactory
    rebase: SessionRebase
    ids: IdMaker
    metrics: InventoryMetrics
    aggressive: bool = False

    async def sync(self, char_id: int, *, leaving: bool = False) -> SyncResult:
        """Write what changed since the last write; what others are writing is waited for or overtaken.

        Raises:
            SyncFailedError: the session kept changing under the write; it stays dirty and indexed.
            CharacterNotFoundError: the character was deleted.
            InventoryUnavailableError: as the repository says.

        """
        delete = self.aggressive and leaving
        rows = 0
        for attempt in range(_ATTEMPTS):
            claimed = await self.store.claim((char_id,), self.ids.token())
            if not claimed:
                if delete:
                    await self.store.forget(char_id)
                return SyncResult(changes_saved=attempt > 0, rows=rows)
            written = await self.settle(claimed[0], delete=delete)
            if written is not None:
                return SyncResult(changes_saved=True, rows=written)
        raise SyncFailedError(char_id, "it kept changing")

    async def settle(self, claimed: Claim | Orphan, *, delete: bool = False) -> int | None:
        """Bring one claim forward: rows written, or None when it has to be claimed again."""
        if isinstance(claimed, Orphan):
            await self.rebase.rebase(claimed.control, anew=True)
            return None
        try:
            outcome = await self._write(claimed)
        except (AlreadyInLedgerError, UnfoundedReceiptError):
            await self.rebase.rebase(claimed.control, anew=True)
            return None
        except DatabaseBusyError:
            return None
        if isinstance(outcome, Mismatch):
            await self.mismatch(claimed, outcome.row, delete=delete)
            return None
        await self.store.acknowledge([Acknowledgement(claimed, to_row(claimed), delete)])
        self.written(claimed, outcome)
        return outcome.rows

    def written(self, claim: Claim, outcome: Written) -> None:
        """Say that the database has it."""
        self.metrics.synced(outcome.rows)
        op_ids = [each.op_id for each in claim.control.pending]
        log.debug("session written", char_id=claim.control.char_id, op_ids=op_ids)

    async def mismatch(self, claim: Claim, row: DatabaseRow | None, *, delete: bool = False) -> None:
        """The fence did not hold. Raises CharacterNotFoundError."""
        char_id = claim.control.char_id
        if row is None:
            raise CharacterNotFoundError(char_id)
        for state in await self.overtaken({char_id: row}, delete=delete):
            await self.rebase.rebase(state)

    async def overtaken(self, rows: Mapping[int, DatabaseRow], *, delete: bool = False) -> list[Control]:
        """Fences that did not hold: our own lost acknowledgement, a stale claim, or somebody else's write.

        The first is made up for here, the second is nothing; the last have to be rebased.
        """
        ours, theirs = [], []
        for fresh in await self.store.claim([*rows], self.ids.token()):
            state, row = fresh.control, rows[fresh.control.char_id]
            if row.rev in state.tokens and isinstance(fresh, Claim):
                ours.append(Acknowledgement(fresh, row, delete))
            elif row != state.base:
                theirs.append(state)
        if ours:
            await self.store.acknowledge(ours)
        return theirs

    async def _write(self, claim: Claim) -> Written | Mismatch:
        async with self.unit_of_work() as unit:
            data = inventory_data(claim)
            outcome = await unit.inventories.update_character_inventory(claim.control.char_id, data)
            if isinstance(outcome, Written):
                await unit.commit()
            return outcome
