"""Tells one subscriber what ledgers hold: at least once, in order, by one process at a time."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from apps.game_core.modules.inventory.errors import (
    DatabaseDownError,
    InventoryUnavailableError,
    SessionStoreDownError,
)
from apps.game_core.modules.inventory.event_ports import (
    EventUnit,
    EventUnitFactory,
    EventWatch,
    LedgerPlace,
    WrittenEntry,
)
from apps.game_core.modules.inventory.events import Event, Subscriber
from apps.game_core.modules.inventory.inventory.codec import UnreadableError
from apps.game_core.modules.inventory.inventory.logic.events.event_reading import Wanted
from apps.game_core.modules.inventory.metrics import EventMetrics
from apps.game_core.system.backing_off import pause
from apps.game_core.system.cancelling import is_cancelled
from apps.game_core.system.protocols import Clock

log = structlog.get_logger(__name__)

U = TypeVar("U", bound=EventUnit)
NEWER_RELEASE = 3600.0
"""Seconds for which an entry that this release cannot read is left to a process of another one."""
_SEVERAL = 2


@dataclass(slots=True)
class _Portion:
    """What is told together: `entries` up to `end`, of which `unreadable` are left out for ever."""

    end: LedgerPlace
    events: list[Event] = field(default_factory=list)
    entries: int = 0
    unreadable: int = 0


@dataclass(slots=True)
class EventDelivery(Generic[U]):
    """`period` is the pause between looks in seconds, `backoff` the longest one after failures.

    `batch` is how many entries are told at a time. Of a portion that raises, each is told by itself: those
    before the one in question get through, and it is named.
    """

    subscriber: Subscriber[U]
    watch: EventWatch
    unit_of_work: EventUnitFactory[U]
    clock: Clock
    metrics: EventMetrics
    period: float = 1.0
    batch: int = 100
    backoff: float = 60.0
    _singly: int = 0
    _at: _Portion | None = None

    async def run(self) -> None:
        failures = 0
        while True:
            failures = 0 if await self.round() else failures + 1
            if is_cancelled():
                return
            await self.clock.sleep(pause(self.period, failures, self.backoff))

    async def round(self) -> bool:
        """Tell all that there is. False: something went wrong, and is to be tried again."""
        while True:
            try:
                while await self._look() and await self._turn() and not is_cancelled():
                    pass
            except (DatabaseDownError, SessionStoreDownError) as error:
                log.warning("events not told", **self._where(), error=repr(error))
                ended = await self._failed(error)
            except Exception as error:
                log.exception("events not told", **self._where())
                ended = await self._failed(error)
            else:
                return True
            if ended:
                return False

    async def _look(self) -> bool:
        """Whether there is something to tell, as far as one can see from outside."""
        behind = await self.watch.behind(self.subscriber.name)
        self.metrics.behind(self.subscriber.name, behind or 0.0)
        return behind is not None

    async def _turn(self) -> bool:
        """Tell some. False: no more can be told now, or somebody else is about it."""
        async with self.unit_of_work() as unit:
            place = await unit.events.claim(self.subscriber.name)
            if place is not None:
                return await self._tell(unit, place)
        return await self.watch.settle(self.subscriber.name)

    async def _tell(self, unit: U, place: LedgerPlace) -> bool:
        name, wanted = self.subscriber.name, Wanted(self.subscriber.kinds)
        found = await unit.events.after(place, wanted.kinds, 1 if self._singly else self.batch)
        self._at = portion = _portion(place, found, wanted)
        if portion.events:
            await self.subscriber.hear(portion.events, unit)
        if portion.entries:
            await unit.events.move(name, place, portion.end)
            await unit.commit()
        self._at, self._singly = None, max(0, self._singly - portion.entries)
        self.metrics.told(name, len(portion.events), portion.unreadable)
        return 0 < portion.entries == len(found)

    def _where(self) -> Mapping[str, object]:
        at, name = self._at, self.subscriber.name
        return {"subscriber": name, **({"entries": at.entries, "upto": at.end} if at else {})}

    async def _failed(self, error: Exception) -> bool:
        """Whether to wait before the next try."""
        at, self._at = self._at, None
        by_itself, self._singly = self._singly > 0, at.entries if at else 0
        self.metrics.telling_failed(self.subscriber.name)
        with suppress(InventoryUnavailableError):
            await self.watch.failed(self.subscriber.name, type(error).__name__)
        return by_itself or self._singly < _SEVERAL


def _portion(place: LedgerPlace, found: Sequence[WrittenEntry], wanted: Wanted) -> _Portion:
    portion = _Portion(place)
    for each in found:
        try:
            portion.events += wanted.of(each)
        except UnreadableError:
            if each.age < NEWER_RELEASE:
                break
            log.warning("ledger entry not understood: nobody is told", kind=each.kind, place=each.place)
            portion.unreadable += 1
        portion.end = each.place
        portion.entries += 1
    return portion
