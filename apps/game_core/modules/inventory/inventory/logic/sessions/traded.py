"""What of a session's operations belongs to trades."""

from collections.abc import Iterable, Iterator
from typing import Any

from apps.game_core.modules.inventory.inventory.codec import UnreadableError, decode_operation
from apps.game_core.modules.inventory.inventory.model import Parcel
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_row
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
    """The same, with the rows of the inbox that they stand on. Raises RowUnreadableError."""
    for entry in entries:
        if entry.kind == Receive.kind and not entry.refused:
            operation = _read(entry)
            if isinstance(operation, Receive):
                parcel = operation.parcel
                yield entry, Receipt(inbox_row(entry.op_id), parcel.trade, parcel.mark)


def half_of(entry: LedgerEntry) -> tuple[int, int] | None:
    """The trade and the mark of what was given, or received, by this. Raises RowUnreadableError."""
    match _read(entry) if entry.kind in (Give.kind, Receive.kind) else None:
        case Give(trade=trade, own_mark=mark) | Receive(parcel=Parcel(trade=trade, mark=mark)):
            return trade, mark
    return None


def unfounded_receipts(entries: Iterable[LedgerEntry], snapshot: InventorySnapshot) -> dict[str, str]:
    """Ids of receipts that neither the ledger knows nor the inbox founds: of an older database, say.

    By them the names of the losses: a row of the same number may come again.
    """
    known = {mark.op_id for mark in snapshot.known}
    rows: Iterable[InboxRow] = (*snapshot.inbox, *snapshot.sealed)
    parcels = {row.inbox_id: row.parcel for row in rows if row.parcel}
    waiting = {Receipt(row, parcel.trade, parcel.mark) for row, parcel in parcels.items()}
    return {
        entry.op_id: f"{entry.op_id}:{receipt.mark}"
        for entry, receipt in receipts_of(entries)
        if entry.op_id not in known and receipt not in waiting
    }


def _read(entry: LedgerEntry) -> Operation[Any]:
    try:
        return decode_operation(entry.kind, entry.payload)
    except UnreadableError as error:
        raise RowUnreadableError(f"pending {entry.kind} {entry.op_id}") from error
