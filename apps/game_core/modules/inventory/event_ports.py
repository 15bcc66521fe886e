"""What telling of events needs from the outside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

from apps.game_core.modules.inventory.events import SubscriberState
from apps.game_core.modules.inventory.ports import LedgerEntry


@dataclass(frozen=True, slots=True, order=True)
class LedgerPlace:
    """Where an entry stands in the order in which all are told: by the transaction that wrote it.

    A write is made upon what a finished one has left, and gets its number after that: of one character's
    entries those of the later transaction are the later ones.
    """

    written_in: int
    char_id: int
    version: int


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """`age` in seconds since it was written. Of an entry that was not asked for nobody reads more."""

    place: LedgerPlace
    age: float
    kind: str
    entry: LedgerEntry | None


class EventLog(Protocol):
    """The ledger to read on in, within one transaction. Every method raises DatabaseDownError."""

    async def claim(self, subscriber: str) -> LedgerPlace | None:
        """How far it has heard. Until the transaction ends nobody else gets an answer.

        None: somebody else has claimed it, or it has no place in this ledger yet.
        """
        ...

    async def after(
        self, place: LedgerPlace, kinds: Collection[str] | None, limit: int
    ) -> Sequence[WrittenEntry]:
        """At least so many of the entries that come next, if there are; `kinds` are wanted, None: all.

        None of them can get a predecessor any more: those that others are about to write come after them.
        """
        ...

    async def move(self, subscriber: str, start: LedgerPlace, end: LedgerPlace) -> None:
        """Say that it has heard up to there. Raises DatabaseBusyError: it was somewhere else by now."""
        ...


class EventWatch(Protocol):
    """Looks at subscribers from outside of their transactions. Every method raises DatabaseDownError."""

    async def behind(self, subscriber: str) -> float | None:
        """For how many seconds the next entry has been in the ledger; None: all is told."""
        ...

    async def settle(self, subscriber: str) -> bool:
        """Give the subscriber a place in this very ledger, the beginning, unless it has one: False then.

        Entries that came out of a dump were numbered elsewhere: they become the earliest.
        """
        ...

    async def send_back(self, subscriber: str) -> bool:
        """To the beginning. False: it has never been anywhere."""
        ...

    async def failed(self, subscriber: str, error: str) -> None:
        """Write down that nothing could be told."""
        ...

    async def states(self) -> Sequence[SubscriberState]: ...


class EventUnit(Protocol):
    """One transaction. Leaving the block without `commit` rolls back."""

    @property
    def events(self) -> EventLog: ...

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *exc_info: object) -> None: ...
    async def commit(self) -> None: ...


U_co = TypeVar("U_co", bound=EventUnit, covariant=True)


class EventUnitFactory(Protocol[U_co]):
    def __call__(self) -> U_co: ...
