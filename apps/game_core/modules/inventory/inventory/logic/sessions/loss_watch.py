"""Brings back what Redis has lost although the player does not come back to the process that knows it."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from apps.game_core.modules.inventory.errors import (
    CharacterNotFoundError,
    DatabaseDownError,
    InventoryUnavailableError,
    SessionStoreDownError,
)
from apps.game_core.modules.inventory.inventory.logic.doing.operation_runner import OperationRunner
from apps.game_core.modules.inventory.inventory.logic.sessions.unwritten_changes import UnwrittenChanges
from apps.game_core.modules.inventory.session_store import Lineage, SessionStore
from apps.game_core.system.cancelling import is_cancelled
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
            if is_cancelled():
                return
            await self.clock.sleep(self.period)

    async def round(self) -> None:
        for char_id in await self._lacking(self.changes.quietest(self.limit)):
            await self._look(char_id)

    async def leave(self) -> None:
        """Ask after everybody once more, whoever fails: what this process knows ends with it."""
        try:
            lacking = await self._lacking(self.changes.char_ids)
        except InventoryUnavailableError as error:
            log.warning("sessions not asked after at the end", error=repr(error))
            return
        for char_id in lacking:
            try:
                await self._look(char_id)
            except InventoryUnavailableError as error:
                log.warning("session not looked at at the end", char_id=char_id, error=repr(error))

    async def _lacking(self, char_ids: Sequence[int]) -> Sequence[int]:
        """Those whose session is not the one that was told of."""
        found = await self.store.lineages(char_ids) if char_ids else {}
        return [each for each in char_ids if not self._stands(each, found.get(each))]

    def _stands(self, char_id: int, found: Lineage | None) -> bool:
        """Whether the session is still the one that was told of, under the same server process."""
        if found is None or found.server != self.store.server_of(char_id):
            return False
        self.changes.settle(char_id, found.name, found.synced_version)
        return not self.changes.beyond(char_id, found.name, found.version)

    async def _look(self, char_id: int) -> None:
        """A look brings back what this process knows. One that fails must not hold up the others."""
        try:
            await self.runner.current(char_id)
        except CharacterNotFoundError:
            self.changes.forget(char_id)
        except (DatabaseDownError, SessionStoreDownError):
            raise
        except Exception:
            log.exception("session not looked at", char_id=char_id)
