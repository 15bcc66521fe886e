"""Brings back what Redis has lost although the player does not come back to the process that knows it."""

from dataclasses import dataclass

import structlog

from apps.game_core.modules.inventory.errors import CharacterNotFoundError, InventoryUnavailableError
from apps.game_core.modules.inventory.inventory.logic.operation_runner import OperationRunner
from apps.game_core.modules.inventory.inventory.logic.unwritten_changes import UnwrittenChanges
from apps.game_core.modules.inventory.session_store import SessionStore
from apps.game_core.system.protocols import Clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LossWatch:
    """`period` is the pause between rounds in seconds; each round asks after at most `limit` characters."""

    store: SessionStore
    runner: OperationRunner
    changes: UnwrittenChanges
    clock: Clock
    period: float
    limit: int = 200

    async def run(self) -> None:
        while True:
            try:
                await self.round()
            except InventoryUnavailableError as error:
                log.info("sessions not asked after", error=repr(error))
            await self.clock.sleep(self.period)

    async def round(self) -> None:
        char_ids = self.changes.quietest(self.limit)
        found = await self.store.lineages(char_ids) if char_ids else {}
        for char_id in char_ids:
            if char_id in found:
                lineage = found[char_id]
                self.changes.settle(char_id, lineage.name, lineage.synced_version)
            if char_id not in found or self.changes.of_another_past(char_id, found[char_id].name):
                await self._look(char_id)

    async def _look(self, char_id: int) -> None:
        """A look brings back what this process knows."""
        try:
            await self.runner.current(char_id)
        except CharacterNotFoundError:
            self.changes.forget(char_id)
