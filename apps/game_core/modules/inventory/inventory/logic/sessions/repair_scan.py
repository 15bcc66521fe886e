"""Looks at every session, a few at a time: puts lost ones back into the index, and takes the count."""

from dataclasses import dataclass, field

import structlog

from apps.game_core.modules.inventory.metrics import InventoryMetrics, SessionSample
from apps.game_core.modules.inventory.session_store import Repaired, SessionStore

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class RepairScan:
    store: SessionStore
    metrics: InventoryMetrics
    _cursor: int = 0
    _ages: list[float] = field(default_factory=list)
    _ttls: list[float] = field(default_factory=list)

    async def round(self) -> Repaired:
        """One stretch; the metrics are told at the end of each pass."""
        found = await self.store.repair(self._cursor)
        for char_id in found.repaired:
            log.error("dirty session was not indexed, put back", char_id=char_id)
        self._ages += found.ages
        self._ttls += found.ttls
        self._cursor = found.cursor
        if not found.cursor:
            await self._tell()
        return found

    async def _tell(self) -> None:
        ages, ttls = self._ages, self._ttls
        self._ages, self._ttls = [], []
        mean = sum(ttls) / len(ttls) if ttls else None
        self.metrics.sampled(SessionSample(len(ages) + len(ttls), len(ages), mean, max(ages, default=None)))
        self.metrics.parked(len(await self.store.parked()))
