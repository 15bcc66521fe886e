"""What happened to an inventory without its player since they were told last, by the ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile

from apps.game_core.modules.inventory.errors import SessionConflictError
from apps.game_core.modules.inventory.inventory.codec import (
    UnreadableError,
    decode_operation,
    decode_stored,
    singly,
)
from apps.game_core.modules.inventory.inventory.gift import Gift, Roll, gathered
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_id, is_tap
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem, AddItemResult
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable, UseConsumableResult
from apps.game_core.modules.inventory.inventory.rules.dropping import dropped_by
from apps.game_core.modules.inventory.inventory.rules.noting import TakeNote, TakeNoteResult
from apps.game_core.modules.inventory.inventory.rules.purse import AddCoins, CoinsResult, TakeCoins
from apps.game_core.modules.inventory.inventory.rules.receiving import ReceiveResult
from apps.game_core.modules.inventory.inventory.rules.restoring import RestoreResult
from apps.game_core.modules.inventory.inventory.rules.taking import TakeItem, TakeKind, TakeResult
from apps.game_core.modules.inventory.oversight_ports import LedgerReader
from apps.game_core.modules.inventory.ports import CatalogProvider, LedgerEntry
from apps.game_core.modules.inventory.session_store import SessionStore
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.modules.items.contracts import Rarity, Stat
from apps.game_core.value import replace

_MOST = 200
"""Entries that are looked through: who was away for longer is told of the latest."""


@dataclass(frozen=True, slots=True)
class News:
    """What looks alike to a player is told as one: neither wear nor whether it is bound sets it apart."""

    store: SessionStore
    ledger: LedgerReader
    catalog: CatalogProvider

    async def of(self, session: InventorySession) -> TakeNoteResult:
        """Raises SessionConflictError where the session is not the stored one any more."""
        state = await self.store.inspect(session.char_id)
        if state is None or state.rev != session.rev:
            raise SessionConflictError(session.char_id)
        known = {entry.op_id for entry in state.pending}
        found = await self.ledger.excerpt(session.char_id, limit=_MOST, without=known)
        written, grants = (found.entries, found.waiting) if found else ((), ())
        newest_first = (entry for entry in (*reversed(state.pending), *written) if not entry.refused)
        untold = list(takewhile(lambda entry: entry.kind != TakeNote.kind, newest_first))
        happened = list(_singly(reversed(untold)))
        came = [item for entry in happened for item in _came(entry)]
        went = [item for entry in happened for item in _went(entry)]
        waiting = [grant for grant in grants if inbox_id(grant.inbox_id) not in known]
        pieces = (self._items(came), self._items(went), self._grants(waiting))
        return TakeNoteResult(*pieces, sum(map(_earned, happened)), sum(map(_paid, happened)))

    def _items(self, items: Iterable[Item]) -> tuple[Gift, ...]:
        return gathered(self._gift(item.base_id, item.quantity, item.rarity, item.affixes) for item in items)

    def _grants(self, grants: Sequence[InboxGrant]) -> tuple[Gift, ...]:
        gifts = (
            self._gift(each.base_id, each.quantity, each.roll.rarity, each.roll.affixes)
            for each in grants
            if not each.parcel
        )
        parcels = (item for each in grants if each.parcel for item in each.parcel.items)
        return gathered((*gifts, *self._items(parcels)))

    def _gift(self, base_id: str, quantity: int, rarity: Rarity | None, affixes: Mapping[Stat, int]) -> Gift:
        entry = self.catalog.current.get(base_id)
        own = entry is not None and entry.rarity is rarity
        return Gift(base_id, quantity, Roll(None if own else rarity, affixes))


def _singly(entries: Iterable[LedgerEntry]) -> Iterator[LedgerEntry]:
    """What this release can read; each part of a batch by itself."""
    for entry in entries:
        with suppress(UnreadableError):
            for each in singly(entry):
                decode_operation(each.kind, each.payload)
                decode_stored(each.kind, each.result)
                yield each


def _came(entry: LedgerEntry) -> Sequence[Item]:
    """No button gives."""
    match decode_stored(entry.kind, entry.result):
        case AddItemResult(quantity=quantity, stacks=(stack, *_)) if not _announced(entry):
            return (replace(stack, quantity=quantity),)
        case RestoreResult(returned=items) | ReceiveResult(items=items, returned=False):
            return items
        case _:
            return ()


def _went(entry: LedgerEntry) -> Iterator[Item]:
    """What goes by a button, or in a fight, the player did."""
    if is_tap(entry.op_id):
        return
    result = decode_stored(entry.kind, entry.result)
    match result:
        case TakeResult(spent=spent) if not _announced(entry):
            yield from (replace(each.item, quantity=each.quantity) for each in spent)
        case UseConsumableResult(item=item) if not _in_combat(entry):
            yield replace(item, quantity=1)
    yield from (replace(drop.item, quantity=drop.quantity) for drop in dropped_by(result))


def _earned(entry: LedgerEntry) -> int:
    result = decode_stored(entry.kind, entry.result)
    if isinstance(result, ReceiveResult):
        return 0 if result.returned else result.coins
    return 0 if entry.kind != AddCoins.kind or _announced(entry) else _coins(entry)


def _paid(entry: LedgerEntry) -> int:
    """Coins that go by a button, the player has paid."""
    known = is_tap(entry.op_id) or _announced(entry)
    return 0 if entry.kind != TakeCoins.kind or known else _coins(entry)


def _coins(entry: LedgerEntry) -> int:
    result = decode_stored(entry.kind, entry.result)
    return result.amount if isinstance(result, CoinsResult) else 0


def _announced(entry: LedgerEntry) -> bool:
    operation = decode_operation(entry.kind, entry.payload)
    return isinstance(operation, AddItem | TakeItem | TakeKind | AddCoins | TakeCoins) and operation.announced


def _in_combat(entry: LedgerEntry) -> bool:
    operation = decode_operation(entry.kind, entry.payload)
    return isinstance(operation, UseConsumable) and operation.in_combat
