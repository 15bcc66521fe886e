"""The background worker: writes dirty sessions whose due time has come, and keeps house, for ever."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from apps.game_core.modules.inventory.errors import DatabaseDownError, SessionStoreDownError
from apps.game_core.modules.inventory.inventory.logic.sessions.batch_sync import BatchSync
from apps.game_core.modules.inventory.inventory.logic.sessions.work_shares import WorkShares
from apps.game_core.modules.inventory.metrics import InventoryMetrics, SyncFailure
from apps.game_core.modules.inventory.session_store import SessionStore
from apps.game_core.system.backing_off import pause
from apps.game_core.system.cancelling import is_cancelled
from apps.game_core.system.protocols import Clock

log = structlog.get_logger(__name__)


class Chore(Protocol):
    """A little of some upkeep, each time the worker comes round."""

    async def round(self) -> object: ...


@dataclass(slots=True)
class _Rest:
    """Of a chore that meets no store: `left` in seconds."""

    failures: int = 0
    left: float = 0.0


@dataclass(frozen=True, slots=True)
class SyncWorker:
    """Any number of workers may run side by side: each writes its shares, and no two one session at once.

    `period` is the pause between rounds in seconds and `backoff` the longest one while a store is away;
    `batch` is how many sessions share a transaction.
    """

    store: SessionStore
    sync: BatchSync
    clock: Clock
    metrics: InventoryMetrics
    shares: WorkShares
    chores: Sequence[Chore] = ()
    period: float = 1.0
    batch: int = 500
    backoff: float = 60.0
    _rests: dict[int, _Rest] = field(default_factory=dict, init=False)

    async def run(self) -> None:
        failures, paused = 0, 0.0
        while True:
            failures = 0 if await self._turn(failures) else failures + 1
            await self._keep_house(paused)
            if is_cancelled():
                return
            paused = self.pause(failures)
            await self.clock.sleep(paused)

    async def _turn(self, failures: int) -> bool:
        """Whether it went well. A store that is away must not end the worker; it will be back."""
        try:
            await self.shares.renew()
            await self.round()
        except (DatabaseDownError, SessionStoreDownError) as error:
            log.warning("sync round failed", failures=failures + 1, error=repr(error))
        except Exception:
            log.exception("sync round failed", failures=failures + 1)
        else:
            self.metrics.round_ended()
            return True
        self.metrics.sync_failed(SyncFailure.ROUND)
        return False

    async def _keep_house(self, paused: float) -> None:
        """A chore that fails holds up neither the others nor the next round; without its store it rests."""
        for number, chore in enumerate(self.chores):
            rest = self._rests.setdefault(number, _Rest())
            rest.left -= paused
            if rest.left <= 0:
                await self._do(chore, rest)

    async def _do(self, chore: Chore, rest: _Rest) -> None:
        failures, rest.failures, rest.left = rest.failures + 1, 0, 0.0
        try:
            await chore.round()
        except (DatabaseDownError, SessionStoreDownError) as error:
            rest.failures, rest.left = failures, self.pause(failures)
            log.warning("chore failed", chore=type(chore).__name__, error=repr(error))
        except Exception:
            log.exception("chore failed", chore=type(chore).__name__)
        else:
            return
        self.metrics.sync_failed(SyncFailure.CHORE)

    async def round(self) -> int:
        """Write what is due now; returns how many sessions were written."""
        written, full = 0, True
        while full:
            due = await self.store.due(self.batch, self.shares.own)
            full = len(due) == self.batch
            written += await self.sync.write(due, only_due=True) if due else 0
        return written

    async def drain(self) -> int:
        """Write every dirty session, due or not; what fails stays indexed."""
        return await self._write(await self.store.dirty())

    async def leave(self) -> int:
        """Hand the work over: write what is dirty and no other worker's, due or not."""
        # Given up first: whoever comes to its end after this finds that these are nobody's, and writes them.
        others = await self.shares.leave()
        return await self._write(await self.store.dirty(without=others))

    async def _write(self, waiting: Sequence[int]) -> int:
        batches = [waiting[start : start + self.batch] for start in range(0, len(waiting), self.batch)]
        written = 0
        for each in batches:
            if is_cancelled():
                break
            written += await self.sync.write(each, only_due=False)
        return written

    def pause(self, failures: int) -> float:
        """Seconds until the next round."""
        return pause(self.period, failures, self.backoff)
