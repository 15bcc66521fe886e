"""What of a session's operations belongs to trades, or came out of the inbox."""

from collections.abc import Iterable, Iterator
from typing import Any

from apps.game_core.modules.inventory.inventory.codec import UnreadableError, decode_operation
from apps.game_core.modules.inventory.inventory.model import Parcel
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_row, is_inbox, lost_id
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive
from apps.game_core.modules.inventory.keeping_errors import RowUnreadableError
from apps.game_core.modules.inventory.ports import LedgerEntry, Receipt
from apps.game_core.modules.inventory.snapshot import InboxRow, InventorySnapshot


def gives_of(entries: Iterable[LedgerEntry]) -> tuple[Give, ...]:
    """Of those that took effect. Raises RowUnreadableError."""
    made = (entry for entry in entries if entry.kind == Give.kind and not entry.refused)
    operations = map(_read, made)
    return tuple(each for each in operations if isinstance(each, Give))


def receipts_of(entries: Iterable[LedgerEntry]) -> Iterator[tuple[LedgerEntry, Receipt]]:
    """What of them the inbox has brought, and the rows that they stand on. Raises RowUnreadableError."""
    for entry in entries:
        if is_inbox(entry.op_id) and not entry.refused:
            trade, mark = half_of(entry) or (None, None)
            yield entry, Receipt(inbox_row(entry.op_id), trade, mark)


def half_of(entry: LedgerEntry) -> tuple[int, int] | None:
    """The trade and the mark of what was given, or received, by this. Raises RowUnreadableError."""
    match _read(entry) if entry.kind in (Give.kind, Receive.kind) else None:
        case Give(trade=trade, own_mark=mark) | Receive(parcel=Parcel(trade=trade, mark=mark)):
            return trade, mark
    return None


def losses_of_receipts(entries: Iterable[LedgerEntry]) -> tuple[str, ...]:
    """Under which ids it is told that what the inbox has brought is lost."""
    return tuple(lost_id(_name(entry, receipt)) for entry, receipt in receipts_of(entries))


def unfounded_receipts(entries: Iterable[LedgerEntry], snapshot: InventorySnapshot) -> dict[str, str]:
    """Ids of receipts that neither the ledger knows nor the inbox founds: of an older database, say.

    By them the names of the losses.
    """
    known = {mark.op_id for mark in snapshot.known}
    rows: Iterable[InboxRow] = (*snapshot.inbox, *snapshot.sealed)
    waiting = {Receipt(row.inbox_id, row.trade, row.parcel.mark if row.parcel else None) for row in rows}
    return {
        entry.op_id: _name(entry, receipt)
        for entry, receipt in receipts_of(entries)
        if entry.op_id not in known and receipt not in waiting
    }


def _name(entry: LedgerEntry, receipt: Receipt) -> str:
    """A parcel may come again in a row of the same number."""
    return entry.op_id if receipt.mark is None else f"{entry.op_id}:{receipt.mark}"


def _read(entry: LedgerEntry) -> Operation[Any]:
    try:
        return decode_operation(entry.kind, entry.payload)
    except UnreadableError as error:
        raise RowUnreadableError(f"pending {entry.kind} {entry.op_id}") from error
