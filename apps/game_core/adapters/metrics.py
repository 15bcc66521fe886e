"""Counts for Prometheus. A registry of one's own, so that several cores may live in one process."""

import math
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from apps.game_core.adapters.durations import Durations, Timed
from apps.game_core.modules.inventory.metrics import (
    LoadReason,
    Phase,
    ProcessCounts,
    SessionSample,
    SyncFailure,
)

_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


_SAMPLED = {
    "inventory_sessions_active": "Sessions in Redis",
    "inventory_session_ttl_seconds": "Mean TTL of clean sessions",
    "inventory_sessions_dirty": "Sessions waiting for the database",
    "inventory_oldest_dirty_seconds": "Age of the oldest change",
    "inventory_sessions_parked": "Sessions that cannot be written",
    "inventory_sessions_sampled_timestamp_seconds": "When all sessions were counted",
}
_ROUND = "inventory_worker_round_timestamp_seconds"


class _Known(Collector):
    """Gauges that are left out while this process does not know them, and where there is nothing."""

    def __init__(self, gauges: Mapping[str, str], until: float = math.inf) -> None:
        self.values: dict[str, float | None] = {}
        self._gauges = gauges
        self._until = until

    def speaks(self, until: float) -> None:
        if time.monotonic() >= self._until:
            self.values.clear()  # since then somebody else may have spoken
        self._until = until

    def collect(self) -> Iterator[GaugeMetricFamily]:
        if time.monotonic() >= self._until:
            return
        for name, text in self._gauges.items():
            value = self.values.get(name)
            if value is not None:
                yield GaugeMetricFamily(name, text, value)


class PrometheusMetrics:
    """Implements `InventoryMetrics` and `EventMetrics`."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._sampled = _Known(_SAMPLED, until=0)
        self._rounds = _Known({_ROUND: "When a worker's round ended well here"})
        for known in (self._sampled, self._rounds):
            registry.register(known)
        self._syncs = Counter("inventory_syncs", "Sessions written to the database", registry=registry)
        self._rows = Counter("inventory_rows_written", "Item rows written", registry=registry)
        self._conflicts = Counter("inventory_conflicts", "Lost compare-and-sets, retried", registry=registry)
        self._rebases = Counter("inventory_rebases", "Sessions put on a newer base", registry=registry)
        self._lost = Counter(
            "inventory_lost_changes", "Changes that Redis lost, by what was done", ["how"], registry=registry
        )
        self._quarantined = Counter("inventory_quarantined", "Documents put aside", registry=registry)
        self._failures = Counter(
            "inventory_sync_failures", "Writes that failed and are tried again", ["what"], registry=registry
        )
        self._looks = Counter(
            "inventory_cache_reads",
            "Sessions read: known here already, or sent",
            ["result"],
            registry=registry,
        )
        self._hits, self._misses = (self._looks.labels(result) for result in ("hit", "miss"))
        # What has never happened is there as zero: an alert sees the first time, too.
        for counter, values in (
            (self._lost, ("brought_back", "told")),
            (self._failures, SyncFailure),
        ):
            for value in values:
                counter.labels(str(value))
        build = Gauge("game_build_info", "Always 1", ["version", "python"], registry=registry)
        build.labels(_version(), ".".join(map(str, sys.version_info[:3]))).set(1)
        ProcessCollector(registry=registry)
        self._loads = Counter(
            "inventory_loads", "Sessions loaded from the database", ["reason"], registry=registry
        )
        phases = Durations("inventory_tap_seconds", "Where a tap's time goes", "phase", _BUCKETS)
        registry.register(phases)
        self._phases = {phase: phases.of(phase.value) for phase in Phase}
        for reason in LoadReason:
            self._loads.labels(reason.value)
        each = ["subscriber"]
        self._told = Counter(
            "inventory_events_told", "Events that a subscriber has heard", each, registry=registry
        )
        self._untold = Counter(
            "inventory_event_failures", "Times that telling failed", each, registry=registry
        )
        self._unreadable = Counter(
            "inventory_events_unreadable", "Entries that nobody understood", each, registry=registry
        )
        self._behind = Gauge(
            "inventory_events_behind_seconds", "Age of the first untold entry", each, registry=registry
        )

    def loaded(self, reason: LoadReason) -> None:
        self._loads.labels(reason.value).inc()

    def looked(self, *, hit: bool) -> None:
        (self._hits if hit else self._misses).inc()

    def queued(self, seconds: float) -> None:
        """An update waited so long for its turn."""
        self._phases[Phase.QUEUE].observe(seconds)

    def sync_failed(self, what: SyncFailure) -> None:
        self._failures.labels(what.value).inc()

    def round_ended(self) -> None:
        self._rounds.values[_ROUND] = time.time()

    def synced(self, rows: int) -> None:
        self._syncs.inc()
        self._rows.inc(rows)

    def conflict(self) -> None:
        self._conflicts.inc()

    def rebased(self) -> None:
        self._rebases.inc()

    def lost(self, *, brought_back: int, missing: int) -> None:
        self._lost.labels("brought_back").inc(brought_back)
        self._lost.labels("told").inc(missing)

    def quarantined(self) -> None:
        self._quarantined.inc()

    def speaks(self, until: float) -> None:
        self._sampled.speaks(until)

    def sampled(self, sample: SessionSample) -> None:
        self._sampled.values |= {
            "inventory_sessions_active": sample.sessions,
            "inventory_sessions_dirty": sample.dirty,
            "inventory_sessions_parked": sample.parked,
            "inventory_session_ttl_seconds": sample.mean_ttl,
            "inventory_oldest_dirty_seconds": sample.oldest_dirty,
            "inventory_sessions_sampled_timestamp_seconds": time.time(),
        }

    def subscribed(self, subscriber: str) -> None:
        for counter in (self._told, self._untold, self._unreadable):
            counter.labels(subscriber)

    def told(self, subscriber: str, events: int, unreadable: int) -> None:
        self._told.labels(subscriber).inc(events)
        self._unreadable.labels(subscriber).inc(unreadable)

    def telling_failed(self, subscriber: str) -> None:
        self._untold.labels(subscriber).inc()

    def behind(self, subscriber: str, seconds: float) -> None:
        self._behind.labels(subscriber).set(seconds)

    def counts(self) -> ProcessCounts:
        counters = (self._syncs, self._conflicts, self._rebases, self._quarantined)
        return ProcessCounts(*(int(next(iter(each.collect())).samples[0].value) for each in counters))

    def timed(self, phase: Phase) -> AbstractContextManager[None]:
        return Timed(self._phases[phase])

    def render(self) -> bytes:
        """The exposition text."""
        return generate_latest(self.registry)


@cache
def _version() -> str:
    try:
        return version("rpg-inventory-bot")
    except PackageNotFoundError:
        return _version_of(Path(__file__).parents[3] / "pyproject.toml")


def _version_of(project: Path) -> str:
    """Where it is run from a folder of its code, as in a checkout and in a container."""
    if not project.is_file():
        return "unknown"
    return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
