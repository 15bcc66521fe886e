"""What an inventory held at an earlier time, by taking back what its ledger says happened since."""

from bisect import bisect_right
from collections.abc import Collection, Sequence

from apps.game_core.modules.inventory.errors import LedgerUnreadableError
from apps.game_core.modules.inventory.inventory.codec import (
    UnreadableError,
    decode_operation,
    decode_rows,
    decode_stored,
    singly,
)
from apps.game_core.modules.inventory.inventory.logic.history.deeds import do
from apps.game_core.modules.inventory.inventory.logic.history.timeline import straightened
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.oversight_ports import Made
from apps.game_core.modules.inventory.ports import LedgerEntry


def later(made: Sequence[Made], to: int, now: int) -> Sequence[Made]:
    """Those, of all in the order of versions, that were made after `to` (Unix seconds)."""
    times = straightened([each.at for each in made], now)
    return made[bisect_right(times, to) :]


def stood(session: InventorySession, entries: Sequence[LedgerEntry]) -> Collection[Item]:
    """The items as they were before `entries`, the latest of which led to `session`.

    Changes past the ledger are not taken back.

    Raises:
        LedgerUnreadableError: one of the entries was written by another version of the game.

    """
    items = {placed.item.id: placed.item for placed in session.placed()}
    for entry in reversed(entries):
        try:
            for each in reversed(singly(entry)):
                _take_back(each, items)
        except UnreadableError as error:
            raise LedgerUnreadableError(session.char_id, entry.at) from error
    return items.values()


def _take_back(entry: LedgerEntry, items: dict[int, Item]) -> None:
    """Raises UnreadableError."""
    rows = {placed.item.id: placed for placed in decode_rows(entry.before)}
    deed = Deed(rows, rows)
    do(deed, decode_operation(entry.kind, entry.payload), decode_stored(entry.kind, entry.result))
    for item_id in deed.changes:
        items.pop(item_id, None)
    items.update((placed.item.id, placed.item) for placed in rows.values())
