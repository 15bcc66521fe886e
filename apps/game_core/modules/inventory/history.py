"""Everything the database knows of how one inventory came to be: what the audit looks through."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from apps.game_core.modules.inventory.inventory.model import Gift, PlacedItem, Vitals
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.snapshot import InventorySnapshot


@dataclass(frozen=True, slots=True)
class Edit:
    """Rows that somebody changed by SQL: as they were, as they became; `version` is the inventory's then."""

    version: int
    before: tuple[PlacedItem, ...] = ()
    after: tuple[PlacedItem, ...] = ()
    vitals: Vitals | None = None


@dataclass(frozen=True, slots=True)
class History:
    """As of one moment. `ledger` and `edits` are in the order of versions, without the starter.

    `starter` is what the character was born with, `born_hp` its hit points; None where nobody wrote that
    down. `delivered` are inbox rows marked as consumed, by the operation that delivers them, `refused` the
    ids of operations recorded as conflicts. `unreadable` names stored values that no release of the game can
    have written.
    """

    snapshot: InventorySnapshot
    starter: tuple[PlacedItem, ...] | None
    ledger: tuple[LedgerEntry, ...]
    born_hp: int | None = None
    edits: tuple[Edit, ...] = ()
    delivered: Mapping[str, Gift] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    unreadable: tuple[str, ...] = ()


class HistoryReader(Protocol):
    """Every method raises DatabaseDownError."""

    async def char_ids(self, after: int, limit: int, upto: int | None = None) -> Sequence[int]:
        """Characters with an inventory and an id above `after`, at most `upto`, in order."""
        ...

    def read_all(self, after: int, upto: int) -> AsyncIterator[History]:
        """The histories of characters with ids above `after`, at most `upto`, in order, as of one moment."""
        ...
