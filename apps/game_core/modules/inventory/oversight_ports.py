"""What looking after inventories needs from the outside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from apps.game_core.modules.inventory.oversight import ArchivedUpto, SessionCount
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.snapshot import InboxGrant


@dataclass(frozen=True, slots=True)
class LedgerExcerpt:
    """As of one moment. `total` counts all entries, refused ones included; `written_at` in Unix seconds."""

    version: int
    written_at: int | None
    total: int
    entries: tuple[LedgerEntry, ...]
    waiting: tuple[InboxGrant, ...]
    archived: ArchivedUpto | None = None


class LedgerReader(Protocol):
    async def excerpt(
        self, char_id: int, *, offset: int = 0, limit: int = 0, without: Collection[str] = ()
    ) -> LedgerExcerpt | None:
        """Entries newest first, leaving out some op ids. None: there is no such inventory.

        Raises:
            DatabaseDownError: ask again later.

        """
        ...


class DoneReader(Protocol):
    async def newest(self, char_id: int, prefix: str, limit: int) -> Sequence[LedgerEntry]:
        """What took effect under ids that begin so, newest first. Raises DatabaseDownError."""
        ...

    async def one(self, char_id: int, op_id: str) -> LedgerEntry | None:
        """What took effect under this id. Raises DatabaseDownError."""
        ...


@dataclass(frozen=True, slots=True)
class Made:
    """When (Unix seconds, by the clock of who made it) an operation was made.

    `archived`: all up to that version, of which no more is known.
    """

    op_id: str
    version: int
    at: int
    archived: bool = False


class PastReader(Protocol):
    """Every method raises DatabaseDownError."""

    async def made(self, char_id: int) -> Sequence[Made]:
        """All that took effect, and the birth or what was archived, in the order of versions."""
        ...

    async def since(self, char_id: int, version: int) -> Sequence[LedgerEntry]:
        """All that took effect from this version on, in order, without the birth."""
        ...

    async def elsewhere(self, char_id: int, item_ids: Collection[int]) -> Collection[int]:
        """Those of the items that another character owns, or that wait in an open trade or an inbox."""
        ...


class ItemTraces(Protocol):
    async def inventories(self, item_id: int) -> Collection[int]:
        """Whose the item is, into whose ledger it was born, and whose edits by SQL name it.

        Raises DatabaseDownError.
        """
        ...


class Quarantine(Protocol):
    async def count(self, char_id: int) -> int:
        """How many of the character's documents were put aside. Raises SessionStoreDownError."""
        ...


class SessionCensus(Protocol):
    """All sessions, counted bit by bit. Both methods raise SessionStoreDownError."""

    async def stretch(self) -> bool:
        """Look at some more. True: that were all."""
        ...

    async def count(self) -> SessionCount:
        """What there is, as far as it was looked at."""
        ...


class SessionSurvey(Protocol):
    def begin(self) -> SessionCensus: ...

    async def count(self) -> SessionCount:
        """All at once, but not for ever. Raises SessionStoreDownError."""
        ...
