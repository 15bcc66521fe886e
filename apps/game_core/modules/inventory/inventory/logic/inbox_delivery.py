"""Grants of other modules, brought into sessions that are open."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.inventory.logic.inventory_service import InventoryService
from apps.game_core.modules.inventory.ports import UnitOfWorkFactory
from apps.game_core.modules.inventory.session_store import SessionStore


@dataclass(slots=True)
class InboxDelivery:
    """Players without a session get theirs when it is loaded."""

    store: SessionStore
    unit_of_work: UnitOfWorkFactory
    service: InventoryService
    limit: int = 500
    _after: int = 0

    async def round(self) -> int:
        """Deliver one stretch of the unread rows; returns how many took effect (now or before)."""
        async with self.unit_of_work() as unit:
            rows = await unit.inventories.unread(self._after, self.limit)
        self._after = rows[-1].inbox_id if len(rows) == self.limit else 0
        live = set(await self.store.live(sorted({row.char_id for row in rows})))
        return sum([await self.service.deliver(row) for row in rows if row.char_id in live])
