"""What happened to an inventory without its player since they were told last, by the ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
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
from apps.game_core.modules.inventory.inventory.rules.restoring import RestoreResult
from apps.game_core.modules.inventory.inventory.rules.taking import TakeItem, TakeKind, TakeResult
from apps.game_core.modules.inventory.oversight_ports import LedgerReader
from apps.game_core.modules.inventory.ports import CatalogProvider, LedgerEntry
from apps.game_core.modules.inventory.session_store import SessionStore
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.modules.items.contracts import Rarity, Stat

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
        came, went = _came_and_went(reversed(untold))
        waiting = [grant for grant in grants if inbox_id(grant.inbox_id) not in known]
        return TakeNoteResult(self._items(came), self._items(went), self._grants(waiting))

    def _items(self, items: Iterable[Item]) -> tuple[Gift, ...]:
        return gathered(self._gift(item.base_id, item.quantity, item.rarity, item.affixes) for item in items)

    def _grants(self, grants: Iterable[InboxGrant]) -> tuple[Gift, ...]:
        return gathered(
            self._gift(each.base_id, each.quantity, each.roll.rarity, each.roll.affixes) for each in grants
        )

    def _gift(self, base_id: str, quantity: int, rarity: Rarity | None, affixes: Mapping[Stat, int]) -> Gift:
        entry = self.catalog.current.get(base_id)
        own = entry is not None and entry.rarity is rarity
        return Gift(base_id, quantity, Roll(None if own else rarity, affixes))


def _came_and_went(entries: Iterable[LedgerEntry]) -> tuple[Sequence[Item], Sequence[Item]]:
    """Pieces of each stack that grew, came or went."""
    came, went = list[Item](), list[Item]()
    for entry in entries:
        with suppress(UnreadableError):
            for each in singly(entry):
                came += _came(each)
                went += _went(each)
    return came, went


def _came(entry: LedgerEntry) -> Sequence[Item]:
    """No button gives."""
    match decode_stored(entry.kind, entry.result):
        case AddItemResult(quantity=quantity, stacks=(stack, *_)) if not _announced(entry):
            return (replace(stack, quantity=quantity),)
        case RestoreResult(returned=items):
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


def _announced(entry: LedgerEntry) -> bool:
    operation = decode_operation(entry.kind, entry.payload)
    return isinstance(operation, AddItem | TakeItem | TakeKind) and operation.announced


def _in_combat(entry: LedgerEntry) -> bool:
    operation = decode_operation(entry.kind, entry.payload)
    return isinstance(operation, UseConsumable) and operation.in_combat
