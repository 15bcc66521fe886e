"""What looking after inventories needs from the outside."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from apps.game_core.modules.inventory.oversight import SessionCount
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


class LedgerReader(Protocol):
    async def excerpt(
        self, char_id: int, *, offset: int = 0, limit: int = 0, without: Collection[str] = ()
    ) -> LedgerExcerpt | None:
        """Entries newest first, leaving out some op ids. None: there is no such inventory.

        Raises:
            DatabaseDownError: ask again later.

        """
        ...


class Quarantine(Protocol):
    async def count(self, char_id: int) -> int:
        """How many of the character's documents were put aside. Raises SessionStoreDownError."""
        ...


class SessionSurvey(Protocol):
    async def count(self) -> SessionCount:
        """Raises SessionStoreDownError."""
        ...
