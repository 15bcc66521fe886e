"""Many dirty sessions in one transaction; one that cannot be written holds up nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from apps.game_core.modules.inventory.errors import (
    CharacterNotFoundError,
    DatabaseBusyError,
    DatabaseDownError,
    DatabaseRefusedError,
    SessionStoreDownError,
)
from apps.game_core.modules.inventory.inventory.logic.sessions.session_sync import SessionSync
from apps.game_core.modules.inventory.inventory.logic.sessions.write_plan import inventory_data, to_row
from apps.game_core.modules.inventory.metrics import InventoryMetrics, SyncFailure
from apps.game_core.modules.inventory.ports import InventoryUnitOfWork, UnitOfWorkFactory, Written
from apps.game_core.modules.inventory.session_store import Acknowledgement, Claim, SessionStore
from apps.game_core.system.protocols import IdMaker

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class BatchSync:
    store: SessionStore
    unit_of_work: UnitOfWorkFactory
    sync: SessionSync
    ids: IdMaker
    metrics: InventoryMetrics

    async def write(self, char_ids: Sequence[int], *, only_due: bool) -> int:
        """Write these sessions; returns how many had something to write and were written.

        Raises:
            DatabaseDownError: nothing was claimed when the database was away from the start.
            SessionStoreDownError: what the database took is recognised later by its token.

        """
        async with self.unit_of_work() as unit:
            claimed = await self.store.claim(char_ids, self.ids.token(), only_due=only_due)
            claims = [each for each in claimed if isinstance(each, Claim)]
            done = await self._together(unit, claims)
        if done:
            await self.store.acknowledge([Acknowledgement(claim, to_row(claim)) for claim in done])
        written = {claim.session.char_id for claim in done}
        left = [each.control.char_id for each in claimed if each.control.char_id not in written]
        return len(done) + sum([await self._alone(char_id) for char_id in left])

    async def _together(self, unit: InventoryUnitOfWork, claims: Sequence[Claim]) -> list[Claim]:
        """The claims that the database took; none when one of them spoils it for all."""
        if not claims:
            return []
        writes = {claim.session.char_id: inventory_data(claim) for claim in claims}
        try:
            outcomes = await unit.inventories.update_inventories(writes)
            await unit.commit()
        except (DatabaseRefusedError, DatabaseBusyError) as error:
            log.warning("batch not written, trying one by one", sessions=len(claims), error=repr(error))
            return []
        for outcome in outcomes.values():
            if isinstance(outcome, Written):
                self.metrics.synced(outcome.rows)
        return [claim for claim in claims if isinstance(outcomes[claim.session.char_id], Written)]

    async def _alone(self, char_id: int) -> bool:
        try:
            return (await self.sync.sync(char_id)).changes_saved
        except (DatabaseDownError, SessionStoreDownError):
            raise
        except CharacterNotFoundError:
            # Deleted by a process that died before it could delete this, too.
            log.info("session of a deleted character discarded", char_id=char_id)
            await self.store.discard(char_id)
            return False
        except Exception as error:
            log.warning("session not written", char_id=char_id, error=repr(error))
            self.metrics.sync_failed(SyncFailure.SESSION)
            if await self.store.fail(char_id):
                log.exception("session parked: it cannot be written", char_id=char_id)
                self.metrics.parked(len(await self.store.parked()))
            return False
