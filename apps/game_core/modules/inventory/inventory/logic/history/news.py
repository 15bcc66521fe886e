"""What happened to an inventory without its player since they were told last, by the ledger."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile

from apps.game_core.modules.inventory.errors import SessionConflictError
from apps.game_core.modules.inventory.inventory.codec import (
    UnreadableError,
    decode_operation,
    decode_stored,
    singly,
)
from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.logic.history.ledger_lines import contained
from apps.game_core.modules.inventory.inventory.model import InventorySession
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
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.session_store import SessionStore

_MOST = 200
"""Entries that are looked through: who was away for longer is told of the latest."""


@dataclass(slots=True)
class _Untold:
    """Pieces by kind, and coins."""

    came: Counter[str] = field(default_factory=Counter)
    went: Counter[str] = field(default_factory=Counter)
    earned: int = 0
    paid: int = 0


@dataclass(frozen=True, slots=True)
class News:
    store: SessionStore
    ledger: LedgerReader

    async def of(self, session: InventorySession) -> TakeNoteResult:
        """Raises SessionConflictError where the session is not the stored one any more."""
        state = await self.store.inspect(session.char_id)
        if state is None or state.rev != session.rev:
            raise SessionConflictError(session.char_id)
        known = {entry.op_id for entry in state.pending}
        found = await self.ledger.excerpt(session.char_id, limit=_MOST, without=known)
        written, grants = (found.entries, found.waiting) if found else ((), ())
        newest_first = (entry for entry in (*reversed(state.pending), *written) if not entry.refused)
        since = list(takewhile(lambda entry: entry.kind != TakeNote.kind, newest_first))
        untold = _untold(reversed(since))
        waiting: Counter[str] = Counter()
        for grant in grants:
            if inbox_id(grant.inbox_id) not in known:
                for base_id, quantity in contained(grant):
                    waiting[base_id] += quantity
        pieces = (_gifts(untold.came), _gifts(untold.went), _gifts(waiting))
        return TakeNoteResult(*pieces, untold.earned, untold.paid)


def _untold(entries: Iterable[LedgerEntry]) -> _Untold:
    untold = _Untold()
    for entry in entries:
        with suppress(UnreadableError):
            for each in singly(entry):
                _count(each, untold)
    return untold


def _count(entry: LedgerEntry, untold: _Untold) -> None:
    """No button gives; what goes by one, or in a fight, the player did."""
    result, tapped = decode_stored(entry.kind, entry.result), is_tap(entry.op_id)
    came, went = untold.came, untold.went
    match result:
        case AddItemResult(base_id=base_id, quantity=quantity) if not _announced(entry):
            came[base_id] += quantity
        case RestoreResult(returned=items) | ReceiveResult(items=items, returned=False):
            for item in items:
                came[item.base_id] += item.quantity
            untold.earned += result.coins if isinstance(result, ReceiveResult) else 0
        case CoinsResult(amount=amount) if not _announced(entry):
            _count_coins(entry, amount, untold)
        case TakeResult(spent=spent) if not tapped and not _announced(entry):
            for each in spent:
                went[each.item.base_id] += each.quantity
        case UseConsumableResult(item=item) if not tapped and not _in_combat(entry):
            went[item.base_id] += 1
    if not tapped:
        for drop in dropped_by(result):
            went[drop.item.base_id] += drop.quantity


def _count_coins(entry: LedgerEntry, amount: int, untold: _Untold) -> None:
    if entry.kind == AddCoins.kind:
        untold.earned += amount
    elif not is_tap(entry.op_id):
        untold.paid += amount


def _announced(entry: LedgerEntry) -> bool:
    operation = decode_operation(entry.kind, entry.payload)
    return isinstance(operation, AddItem | TakeItem | TakeKind | AddCoins | TakeCoins) and operation.announced


def _in_combat(entry: LedgerEntry) -> bool:
    operation = decode_operation(entry.kind, entry.payload)
    return isinstance(operation, UseConsumable) and operation.in_combat


def _gifts(pieces: Counter[str]) -> tuple[Gift, ...]:
    return tuple(Gift(base_id, number) for base_id, number in pieces.items())
