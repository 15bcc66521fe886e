"""Everything the database knows of how one inventory came to be: what the audit looks through."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from apps.game_core.modules.inventory.inventory.model import PlacedItem
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.snapshot import InventorySnapshot


@dataclass(frozen=True, slots=True)
class History:
    """As of one moment. `ledger` is in the order of versions, without the starter.

    `starter` is what the character was born with, None where nobody wrote that down. `delivered` are the ids
    of inbox rows marked as consumed, `refused` the ids of operations recorded as conflicts.
    """

    snapshot: InventorySnapshot
    starter: tuple[PlacedItem, ...] | None
    ledger: tuple[LedgerEntry, ...]
    delivered: frozenset[int] = frozenset()
    refused: frozenset[str] = frozenset()


class HistoryReader(Protocol):
    async def char_ids(self, after: int, limit: int) -> Sequence[int]:
        """Characters with an inventory and an id above `after`, in order."""
        ...

    async def read(self, char_id: int) -> History | None:
        """Raises DatabaseDownError. None: there is no such inventory (any more)."""
        ...
