"""The loops of a worker while a store is away: a line each time, less and less often."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from apps.game_core.adapters.metrics import PrometheusMetrics
from apps.game_core.modules.inventory.errors import (
    DatabaseDownError,
    DatabaseRefusedError,
    SessionStoreDownError,
)
from apps.game_core.modules.inventory.events import Subscriber
from apps.game_core.modules.inventory.inventory.logic.events.event_delivery import EventDelivery
from apps.game_core.modules.inventory.inventory.logic.sessions.sync_worker import SyncWorker
from apps.game_core.modules.inventory.inventory.logic.sessions.work_shares import WorkShares

AWAY = [DatabaseDownError('database "game" does not exist'), SessionStoreDownError("refused")]


class EnoughError(Exception):
    """So long was waited."""


class Clock:
    """Seconds pass as soon as they are waited for, until there were enough."""

    def __init__(self, enough: float) -> None:
        self.passed, self._enough = 0.0, enough

    def now(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds
        if self.passed >= self._enough:
            raise EnoughError


class Chore:
    """Raises what it has, if anything, and remembers when it was its turn."""

    def __init__(self, clock: Clock, error: Callable[[], Exception | None]) -> None:
        self.turns = list[float]()
        self._clock, self._error = clock, error

    async def round(self) -> None:
        self.turns.append(self._clock.now())
        if (error := self._error()) is not None:
            raise error


@pytest.fixture(autouse=True)
def longest(monkeypatch: pytest.MonkeyPatch) -> None:
    """No jitter: the longest pause that it allows."""
    monkeypatch.setattr("apps.game_core.system.backing_off.random.uniform", lambda _, longest: longest)


async def nothing(*_: object) -> Any:
    return frozenset()


def worker(clock: Clock, *chores: Chore, due: Callable[..., Any] = nothing) -> SyncWorker:
    shares = WorkShares(SimpleNamespace(renew=nothing, lease=15.0, count=1))
    return SyncWorker(SimpleNamespace(due=due), None, clock, PrometheusMetrics(), shares, chores)  # type: ignore[arg-type]


async def logged(running: Any) -> list[Any]:
    with capture_logs() as logs, pytest.raises(EnoughError):
        await running
    return [line for line in logs if line["log_level"] != "info"]


@pytest.mark.parametrize("error", AWAY, ids=repr)
async def test_a_chore_that_meets_no_store_says_so_in_a_line_and_rests(error: Exception) -> None:
    clock = Clock(200)
    ill, well = Chore(clock, lambda: error), Chore(clock, lambda: None)

    logs = await logged(worker(clock, ill, well).run())

    assert ill.turns == [0, 2, 6, 14, 30, 62, 122, 182]
    assert well.turns == list(range(200)), "held up by the other"
    line = {"event": "chore failed", "log_level": "warning", "chore": "Chore", "error": repr(error)}
    assert logs == [line] * len(ill.turns)


async def test_a_chore_is_well_again_as_soon_as_the_store_is() -> None:
    clock = Clock(20)
    chore = Chore(clock, lambda: AWAY[0] if clock.now() < 5 else None)

    await logged(worker(clock, chore).run())

    assert chore.turns == [0, 2, *range(6, 20)]


@pytest.mark.parametrize("error", [DatabaseRefusedError("no"), KeyError("no")], ids=repr)
async def test_what_is_a_fault_of_ours_shows_where_it_happened(error: Exception) -> None:
    clock = Clock(3)
    chore = Chore(clock, lambda: error)

    logs = await logged(worker(clock, chore).run())

    assert chore.turns == [0, 1, 2]
    assert [(line["log_level"], line["exc_info"]) for line in logs] == [("error", True)] * 3


@pytest.mark.parametrize("error", AWAY, ids=repr)
async def test_a_round_that_meets_no_store_is_a_line(error: Exception) -> None:
    async def due(*_: object) -> Any:
        raise error

    logs = await logged(worker(Clock(5), due=due).run())

    line = {"event": "sync round failed", "log_level": "warning", "error": repr(error)}
    assert logs == [line | {"failures": failures} for failures in (1, 2)]


@pytest.mark.parametrize("error", [*AWAY, KeyError("no")], ids=repr)
async def test_events_that_are_not_told_for_want_of_a_store_are_a_line(error: Exception) -> None:
    async def ask(*_: object) -> Any:
        raise error

    watch: Any = SimpleNamespace(behind=ask, failed=nothing)
    subscriber = Subscriber("codex", nothing, ())
    unit: Any = nothing
    delivery = EventDelivery(subscriber, watch, unit, Clock(5), PrometheusMetrics())

    logs = await logged(delivery.run())

    how: dict[str, object] = {"log_level": "error", "exc_info": True}
    if error in AWAY:
        how = {"log_level": "warning", "error": repr(error)}
    assert logs == [{"event": "events not told", "subscriber": "codex"} | how] * 2
