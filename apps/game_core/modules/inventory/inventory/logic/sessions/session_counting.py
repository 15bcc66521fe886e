"""Counts all sessions, in one process for all of them, a little in each of a worker's rounds."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.inventory.logic.sessions.work_shares import WorkShares
from apps.game_core.modules.inventory.metrics import InventoryMetrics, SessionSample
from apps.game_core.modules.inventory.oversight_ports import SessionCensus, SessionSurvey
from apps.game_core.modules.inventory.session_store import SessionStore

_STRETCHES = 100
"""In one round: some hundred thousand names, some tenths of a second."""


@dataclass(slots=True)
class SessionCounting:
    """`period` is how often at most it begins anew, in seconds."""

    survey: SessionSurvey
    store: SessionStore
    shares: WorkShares
    metrics: InventoryMetrics
    period: float = 5.0
    _census: SessionCensus | None = None
    _next: float = 0.0

    async def round(self) -> None:
        until = self.shares.speaks_until
        self.metrics.speaks(until)
        if not until:
            self._census, self._next = None, 0.0
            return
        if self._census is None:
            if self.shares.now() < self._next:
                return
            self._census, self._next = self.survey.begin(), self.shares.now() + self.period
        for _ in range(_STRETCHES):
            if await self._census.stretch():
                await self._tell(self._census)
                self._census = None
                return

    async def _tell(self, census: SessionCensus) -> None:
        count = await census.count()
        parked = len(await self.store.parked())
        self.metrics.sampled(
            SessionSample(count.active, count.dirty, parked, count.mean_ttl, count.oldest_dirty)
        )
