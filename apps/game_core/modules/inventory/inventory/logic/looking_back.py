"""What an inventory held at an earlier time, by taking back what its ledger says happened since."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import dropwhile

from apps.game_core.modules.inventory.inventory.codec import decode_rows, decode_stored
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.results import made_by
from apps.game_core.modules.inventory.ports import LedgerEntry


def since(entries: Iterable[LedgerEntry], to: int) -> list[LedgerEntry]:
    """The entries, in the order of versions, from the first one made after `to` (Unix seconds) on."""
    return list(dropwhile(lambda entry: entry.at <= to, entries))


def stood(session: InventorySession, entries: Sequence[LedgerEntry]) -> Mapping[int, Item]:
    """Items by id as they were before `entries`, the latest of which led to `session`.

    Changes past the ledger are not taken back. Raises UnreadableError.
    """
    items = {placed.item.id: placed.item for placed in session.placed()}
    for entry in reversed(entries):
        for made in made_by(decode_stored(entry.kind, entry.result)):
            items.pop(made.id, None)
        items.update((placed.item.id, placed.item) for placed in decode_rows(entry.before))
    return items
