"""Ledger entries as lines that can be shown: what an operation did, taken from what it answered."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from apps.game_core.modules.inventory.inventory.codec import UnreadableError, decode_rows, decode_stored
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.inventory.inventory.operation_ids import STARTER, is_inbox
from apps.game_core.modules.inventory.inventory.results import (
    AddItemResult,
    ChangeHealthResult,
    DropManyResult,
    DropResult,
    EquipResult,
    FightEnd,
    FightResult,
    ForgetLoadoutResult,
    LockResult,
    MarkJunkResult,
    MergeResult,
    QuickSlotResult,
    RestoreResult,
    RevertResult,
    SaveLoadoutResult,
    SortResult,
    SplitResult,
    TakeNoteResult,
    UndoResult,
    UnequipResult,
    UseConsumableResult,
    WearSetResult,
)
from apps.game_core.modules.inventory.oversight import Fate, LedgerItem, LedgerLine
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.modules.items.contracts import Catalog

_FIGHTS: Mapping[FightEnd, dict[str, Any]] = {
    FightEnd.LOST: {"deed": "lose_fight"},
    FightEnd.LEFT: {"deed": "leave_fight"},
}


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
            told = self._starter(entry) if entry.kind == STARTER else self._told(entry)
            return LedgerLine(**({"deed": entry.kind} | common | told))
        except UnreadableError:
            return LedgerLine(deed=entry.kind, **common)

    def waiting(self, grants: Sequence[InboxGrant]) -> tuple[LedgerItem, ...]:
        return tuple(self._kind(grant.base_id, grant.quantity) for grant in grants)

    def summed(self, items: Sequence[Item]) -> tuple[LedgerItem, ...]:
        """Each base_id once."""
        pieces: Counter[str] = Counter()
        for item in items:
            pieces[item.base_id] += item.quantity
        return tuple(self._kind(base_id, quantity) for base_id, quantity in pieces.items())

    def _starter(self, entry: LedgerEntry) -> dict[str, Any]:
        return {"items": tuple(self._item(placed.item) for placed in decode_rows(entry.payload))}

    def _told(self, entry: LedgerEntry) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912 - a table
        match decode_stored(entry.kind, entry.result):
            case EquipResult(item=Item() as item, slot=slot, unequipped_items=back):
                return {"items": (self._item(item),), "slot": slot, "returned": self._items(back)}
            case WearSetResult(worn=worn, taken_off=off):
                back = tuple(off.values())
                return {"items": self._items(tuple(worn.values())), "returned": self._items(back)}
            case UnequipResult(item=item, slot=slot, returned_items=back):
                return {"items": (self._item(item),), "slot": slot, "returned": self._items(back)}
            case UseConsumableResult(item=item, healed=healed):
                return {"items": (self._kind(item.base_id, 1),), "healed": healed}
            case QuickSlotResult(item=item, slot_index=index, returned_item=back_item):
                back = (back_item,) if back_item else ()
                return {"items": (self._item(item),), "slot_index": index, "returned": self._items(back)}
            case DropResult() as drop:
                return {"items": self._dropped((drop,))}
            case DropManyResult(dropped=dropped) | UndoResult(dropped=dropped):
                return {"items": self._dropped(dropped)}
            case RevertResult(placed=placed, changed=changed):
                return {"items": self._items(tuple(each.item for each in placed)), "healed": changed}
            case RestoreResult(returned=items):
                return {"items": self.summed(items)}
            case ChangeHealthResult(changed=changed):
                return {"healed": changed}
            case FightResult(end=end, changed=changed, gained=gained):
                return {"healed": changed, "gained": gained, **_FIGHTS.get(end, {})}
            case AddItemResult(base_id=base_id, quantity=quantity):
                return {"items": (self._kind(base_id, quantity),)}
            case SplitResult(new_item=item) | MergeResult(item=item):
                return {"items": (self._item(item),)}
            case SortResult():
                return {}
            case TakeNoteResult(came=came, went=went):
                told = [self._kind(gift.base_id, gift.quantity) for gift in (*came, *went)]
                return {"items": tuple(told)}
            case SaveLoadoutResult(loadout=loadout) | ForgetLoadoutResult(loadout=loadout):
                pieces = (self._kind(piece.base_id, 1) for piece in loadout.pieces.values())
                return {"items": tuple(pieces), "name": loadout.name}
            case LockResult(item=item):
                opened = {} if item.locked else {"deed": "unlock_item"}
                return {"items": (self._item(item),), **opened}
            case MarkJunkResult(changed=ids):
                met = {placed.item.id: placed.item for placed in decode_rows(entry.before)}
                marked = [met[item_id] for item_id in ids if item_id in met]
                taken = {"deed": "unmark_junk"} if any(item.junk for item in marked) else {}
                return {"items": self.summed(marked), **taken}
            case other:
                assert_never(other)

    def _dropped(self, drops: Sequence[DropResult]) -> tuple[LedgerItem, ...]:
        return tuple(self._kind(each.item.base_id, each.quantity) for each in drops)

    def _items(self, items: Sequence[Item]) -> tuple[LedgerItem, ...]:
        return tuple(map(self._item, items))

    def _item(self, item: Item) -> LedgerItem:
        return self._kind(item.base_id, item.quantity)

    def _kind(self, base_id: str, quantity: int) -> LedgerItem:
        entry = self.catalog.get(base_id)
        return LedgerItem(base_id, entry.name if entry else base_id, entry is not None, quantity)
