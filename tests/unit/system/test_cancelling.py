"""Loops that never end by themselves end when they are cancelled, though a driver swallows it."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from apps.game_core.adapters.generation_watch import GenerationWatch
from apps.game_core.adapters.metrics import PrometheusMetrics
from apps.game_core.adapters.process import SystemClock
from apps.game_core.modules.inventory.errors import DatabaseDownError
from apps.game_core.modules.inventory.inventory.logic.sessions.loss_watch import LossWatch
from apps.game_core.modules.inventory.inventory.logic.sessions.sync_worker import SyncWorker
from apps.game_core.modules.inventory.inventory.logic.sessions.work_shares import WorkShares
from tools.support.patience import PATIENCE

HOUR = 3600.0


class Driver:
    """Is cancelled while it connects, and answers all the same, or with an error."""

    def __init__(self, error: type[Exception] | None) -> None:
        self.reached = asyncio.Event()
        self._error = error

    async def connect(self, *_: object) -> Any:
        self.reached.set()
        try:
            await asyncio.sleep(HOUR)
        except asyncio.CancelledError:
            if self._error is not None:
                raise self._error("gone") from None
        return {}


async def all_of_it() -> frozenset[int]:
    return frozenset({0})


def loop(name: str, driver: Driver) -> Any:
    """One of the loops, on a driver's `connect` in the place of all that it asks."""
    clock, connect = SystemClock(), driver.connect
    if name == "losses":
        changes = SimpleNamespace(quietest=lambda _: [1], settle=print)
        return LossWatch(SimpleNamespace(lineages=connect), None, changes, clock, HOUR)  # type: ignore[arg-type]
    if name == "generation":
        server = SimpleNamespace(generation="")
        return GenerationWatch(SimpleNamespace(read=connect), server, clock, HOUR)  # type: ignore[arg-type]
    shares = WorkShares(SimpleNamespace(renew=all_of_it, lease=HOUR, count=1))
    return SyncWorker(SimpleNamespace(due=connect), None, clock, PrometheusMetrics(), shares, period=HOUR)  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [DatabaseDownError, None])
@pytest.mark.parametrize("name", ["losses", "generation", "sync worker"])
async def test_it_ends(name: str, error: type[Exception] | None) -> None:
    driver = Driver(error)
    task = asyncio.create_task(loop(name, driver).run())
    await asyncio.wait_for(driver.reached.wait(), PATIENCE)

    task.cancel()

    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    assert done
