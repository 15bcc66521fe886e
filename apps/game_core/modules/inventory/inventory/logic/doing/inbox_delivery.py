"""Grants of other modules, brought into sessions that are open."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import structlog

from apps.game_core.modules.inventory.errors import (
    DatabaseDownError,
    InventoryUnavailableError,
    SessionStoreDownError,
)
from apps.game_core.modules.inventory.inventory.logic.inventory_service import InventoryService
from apps.game_core.modules.inventory.ports import UnitOfWorkFactory
from apps.game_core.modules.inventory.session_store import SessionStore
from apps.game_core.modules.inventory.snapshot import InboxGrant, InboxRow

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class InboxDelivery:
    """Players without a session get theirs when it is loaded. What nobody here can read is named, once."""

    store: SessionStore
    unit_of_work: UnitOfWorkFactory
    service: InventoryService
    limit: int = 500
    _after: int = 0
    _sealed: set[int] = field(default_factory=set)

    async def round(self) -> int:
        """Deliver one stretch of the unread rows; returns how many took effect (now or before)."""
        async with self.unit_of_work() as unit:
            rows = await unit.inventories.unread(self._after, self.limit)
        self._after = rows[-1].inbox_id if len(rows) == self.limit else 0
        live = set(await self.store.live(sorted({row.char_id for row in rows})))
        return sum([await self._deliver(row) for row in self._legible(rows) if row.char_id in live])

    async def to(self, char_ids: Collection[int]) -> None:
        """Deliver all that waits for these, now."""
        live = await self.store.live(sorted(char_ids))
        async with self.unit_of_work() as unit:
            rows = await unit.inventories.unread_of(live)
        for row in self._legible(rows):
            await self._deliver(row)

    def _legible(self, rows: Sequence[InboxRow]) -> Iterator[InboxGrant]:
        for row in rows:
            if isinstance(row, InboxGrant):
                yield row
            elif row.inbox_id not in self._sealed:
                self._sealed.add(row.inbox_id)
                told = {"inbox_id": row.inbox_id, "char_id": row.char_id, "reason": row.reason}
                log.error("inbox row not understood", **told)

    async def _deliver(self, row: InboxGrant) -> bool:
        """One session that takes nothing at the moment must not hold up the others."""
        try:
            return await self.service.deliver(row)
        except (DatabaseDownError, SessionStoreDownError):
            raise
        except InventoryUnavailableError as error:
            log.warning("grant not delivered yet", char_id=row.char_id, error=repr(error))
            return False
