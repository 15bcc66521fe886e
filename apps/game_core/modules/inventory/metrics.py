"""What the inventory tells whoever watches it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class LoadReason(StrEnum):
    """Why a session came from the database instead of Redis."""

    COLD = "cold"
    EXPIRED = "expired"
    REDIS_RESTART = "redis_restart"
    LOST = "lost"
    """With changes that somebody had been told of; they were brought back as far as anybody knew them."""


class Phase(StrEnum):
    """Where the time of a tap goes."""

    QUEUE = "queue"
    """Before its handler's turn came."""
    PARSE = "parse"
    REDIS = "redis"
    RULES = "rules"
    RENDER = "render"
    TELEGRAM = "telegram"


class SyncFailure(StrEnum):
    """What could not be done; all of it is tried again."""

    ROUND = "round"
    """A worker's: no session could be written, since a store was away."""
    SESSION = "session"
    """One that the database refused, or that kept changing."""
    CHORE = "chore"


@dataclass(frozen=True, slots=True)
class SessionSample:
    """All sessions at a glance. Seconds; None where there was nothing to measure.

    A session is what has a document and control data, or control data and something to write.
    """

    sessions: int
    dirty: int
    parked: int
    mean_ttl: float | None
    oldest_dirty: float | None


@dataclass(frozen=True, slots=True)
class ProcessCounts:
    """What one process has done since it started. `conflicts` are lost compare-and-sets, tried again."""

    syncs: int
    conflicts: int
    rebases: int
    quarantined: int


class InventoryMetrics(Protocol):
    def loaded(self, reason: LoadReason) -> None: ...
    def looked(self, *, hit: bool) -> None: ...
    def synced(self, rows: int) -> None: ...
    def sync_failed(self, what: SyncFailure) -> None: ...
    def round_ended(self) -> None: ...
    def conflict(self) -> None: ...
    def rebased(self) -> None: ...
    def lost(self, *, brought_back: int, missing: int) -> None: ...
    def quarantined(self) -> None: ...
    def sampled(self, sample: SessionSample) -> None: ...

    def speaks(self, until: float) -> None:
        """Tell of what all processes share only before this moment of `time.monotonic`: 0 is not at all."""
        ...

    def counts(self) -> ProcessCounts: ...
    def timed(self, phase: Phase) -> AbstractContextManager[None]: ...


class EventMetrics(Protocol):
    """What subscribers are told, each by its name."""

    def subscribed(self, subscriber: str) -> None: ...
    def told(self, subscriber: str, events: int, unreadable: int) -> None: ...
    def telling_failed(self, subscriber: str) -> None: ...
    def behind(self, subscriber: str, seconds: float) -> None: ...
