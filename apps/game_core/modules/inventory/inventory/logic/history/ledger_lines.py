"""Ledger entries as lines that can be shown: what an operation did, taken from what it answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from apps.game_core.modules.inventory.inventory.codec import UnreadableError, decode_rows, decode_stored
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.inventory.inventory.operation_ids import STARTER, is_inbox
from apps.game_core.modules.inventory.inventory.operations import OF_KIND
from apps.game_core.modules.inventory.inventory.rules.told import Pieces, Told, pieces, summed
from apps.game_core.modules.inventory.oversight import Fate, LedgerItem, LedgerLine
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.modules.items.contracts import Catalog


@dataclass(frozen=True, slots=True)
class LedgerLines:
    catalog: Catalog

    def line(self, entry: LedgerEntry, fate: Fate) -> LedgerLine:
        common: dict[str, Any] = {
            "at": entry.at,
            "version": entry.version,
            "fate": Fate.REFUSED if entry.refused else fate,
            "from_inbox": is_inbox(entry.op_id),
            "reason": entry.refused,
        }
        try:
            told = _told(entry)
        except UnreadableError:
            return LedgerLine(deed=entry.kind, **common)
        return LedgerLine(
            deed=told.deed or entry.kind,
            items=self._items(told.items),
            returned=self._items(told.returned),
            spent=self._items(told.spent),
            slot=told.slot,
            slot_index=told.slot_index,
            healed=told.healed,
            gained=told.gained,
            level=told.level,
            broke=self._items(told.broke),
            name=told.name,
            coins=told.coins,
            **common,
        )

    def waiting(self, grants: Sequence[InboxGrant]) -> tuple[LedgerItem, ...]:
        return self._items(each for grant in grants for each in contained(grant))

    def summed(self, items: Sequence[Item]) -> tuple[LedgerItem, ...]:
        """Each base_id once."""
        return self._items(summed(items))

    def item(self, item: Item) -> LedgerItem:
        return replace(self._item(item.base_id, item.quantity), id=item.id)

    def _items(self, several: Iterable[Pieces]) -> tuple[LedgerItem, ...]:
        return tuple(self._item(*each) for each in several)

    def _item(self, base_id: str, quantity: int) -> LedgerItem:
        entry = self.catalog.get(base_id)
        return LedgerItem(base_id, entry.name if entry else base_id, entry is not None, quantity)


def contained(grant: InboxGrant) -> tuple[Pieces, ...]:
    """What of things waits in a row of the inbox."""
    return pieces(*grant.parcel.items) if grant.parcel else (Pieces(grant.base_id, grant.quantity),)


def _told(entry: LedgerEntry) -> Told:
    """Raises UnreadableError."""
    if entry.kind == STARTER:
        return Told(items=pieces(*(placed.item for placed in decode_rows(entry.payload))))
    result, before = decode_stored(entry.kind, entry.result), decode_rows(entry.before)
    told: Told = OF_KIND[entry.kind].told(result, before)
    return told
