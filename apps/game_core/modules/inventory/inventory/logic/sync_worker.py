"""The background worker: writes dirty sessions whose due time has come, for ever."""

import asyncio
from dataclasses import dataclass

import structlog

from apps.game_core.modules.inventory.errors import InventoryError
from apps.game_core.modules.inventory.inventory.logic.session_sync import SessionSync
from apps.game_core.modules.inventory.ports import SessionStore
from apps.game_core.system.protocols import Clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SyncWorker:
    """Any number of workers may run side by side; leases keep them off each other's sessions.

    `period` is the pause between rounds in seconds, `batch` how many sessions a round takes, `width` how
    many of them are written at the same time.
    """

    store: SessionStore
    sync: SessionSync
    clock: Clock
    period: float = 1.0
    batch: int = 200
    width: int = 8

    async def run(self) -> None:
        while True:
            try:
                await self.round()
            except Exception:
                # A store that is away must not end the worker; it will be back.
                log.exception("sync round failed")
            await self.clock.sleep(self.period)

    async def round(self) -> int:
        """Write what is due now; returns how many sessions were written."""
        return sum(await self._write_all(await self.store.due(self.batch), only_due=True))

    async def drain(self) -> int:
        """Write every dirty session, due or not; what fails stays indexed."""
        return sum(await self._write_all(await self.store.dirty(), only_due=False))

    async def _write_all(self, char_ids: list[int], *, only_due: bool) -> list[bool]:
        gate = asyncio.Semaphore(self.width)

        async def write(char_id: int) -> bool:
            async with gate:
                return await self._write(char_id, only_due=only_due)

        return await asyncio.gather(*(write(char_id) for char_id in char_ids))

    async def _write(self, char_id: int, *, only_due: bool) -> bool:
        try:
            return (await self.sync.sync(char_id, only_due=only_due)).changes_saved
        except InventoryError as error:
            log.warning("sync failed", char_id=char_id, error=repr(error))
            return False
