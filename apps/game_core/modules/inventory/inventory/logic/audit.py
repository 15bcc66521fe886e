"""Whether inventories are what their ledgers say: nothing appeared, disappeared or happened twice."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from apps.game_core.modules.inventory.errors import OperationRefusedError
from apps.game_core.modules.inventory.history import History, HistoryReader
from apps.game_core.modules.inventory.inventory.codec import decode_operation
from apps.game_core.modules.inventory.inventory.logic.snapshots import session_from
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item, PlacedItem
from apps.game_core.modules.inventory.inventory.operations import inbox_row, is_inbox
from apps.game_core.modules.inventory.inventory.rules import Rules, apply
from apps.game_core.modules.inventory.ports import CatalogProvider
from apps.game_core.modules.items.contracts import Catalog

_BATCH = 500
# What was light enough when it was taken stays taken, whatever later catalogs say of its weight.
_ANY_WEIGHT = 2**62


class Offence(StrEnum):
    NO_STARTER = "no starter"
    VERSIONS = "versions"
    REPLAY = "replay"
    ROWS = "rows"
    INBOX = "inbox"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Finding:
    char_id: int
    offence: Offence
    detail: str

    def __str__(self) -> str:
        return f"character {self.char_id}: {self.offence}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Audit:
    """Reads one inventory after the other, each as of one moment, while the game goes on."""

    histories: HistoryReader
    catalog: CatalogProvider

    async def run(self) -> AsyncIterator[tuple[int, list[Finding]]]:
        """Every character's id with what is wrong with its inventory.

        Raises:
            DatabaseDownError: ask again later.

        """
        after = 0
        while char_ids := await self.histories.char_ids(after, _BATCH):
            for char_id in char_ids:
                history = await self.histories.read(char_id)
                if history is not None:
                    yield char_id, list(findings(history, self.catalog.current))
            after = char_ids[-1]


def findings(history: History, catalog: Catalog) -> Iterator[Finding]:
    """What is wrong with one inventory. Rows that were edited by SQL differ from the ledger, which shows."""
    for offence, detail in (
        *_versions(history),
        *_inbox(history),
        *_conflicts(history),
        *_rows(history, Rules(catalog, base_capacity=_ANY_WEIGHT)),
    ):
        yield Finding(history.snapshot.char_id, offence, detail)


def _versions(history: History) -> Iterator[tuple[Offence, str]]:
    versions = [entry.version for entry in history.ledger]
    for version, count in Counter(versions).items():
        if count > 1:
            yield Offence.VERSIONS, f"{count} operations have version {version}"
    if versions and versions[-1] > history.snapshot.version:
        yield Offence.VERSIONS, f"ledger at {versions[-1]}, inventory at {history.snapshot.version}"


def _inbox(history: History) -> Iterator[tuple[Offence, str]]:
    applied = {inbox_row(e.op_id)[0] for e in history.ledger if is_inbox(e.op_id)}
    for inbox_id in sorted(history.delivered - applied):
        yield Offence.INBOX, f"grant {inbox_id} is marked as delivered and not in the ledger"
    for inbox_id in sorted(applied - history.delivered):
        yield Offence.INBOX, f"grant {inbox_id} is in the ledger and still to be delivered"


def _conflicts(history: History) -> Iterator[tuple[Offence, str]]:
    for op_id in sorted(history.refused.intersection(entry.op_id for entry in history.ledger)):
        yield Offence.CONFLICT, f"operation {op_id} was both kept and refused"


def _rows(history: History, rules: Rules) -> Iterator[tuple[Offence, str]]:
    if history.starter is None:
        yield Offence.NO_STARTER, "nobody wrote down what it started with"
        return
    session = session_from(replace(history.snapshot, items=history.starter), 0)
    for entry in history.ledger:
        try:
            session, _ = apply(session, decode_operation(entry.kind, entry.payload), rules)
        except OperationRefusedError as refusal:
            yield (
                Offence.REPLAY,
                f"{entry.kind} {entry.op_id} (version {entry.version}) was not possible: {refusal!r}",
            )
            return
    yield from _differences(session, history)


def _differences(session: InventorySession, history: History) -> Iterator[tuple[Offence, str]]:
    expected = {placed.item.id: _comparable(placed) for placed in session.placed()}
    found = {placed.item.id: _comparable(placed) for placed in history.snapshot.items}
    for item_id in sorted(expected.keys() | found.keys()):
        if expected.get(item_id) != found.get(item_id):
            stands, says = _shown(found.get(item_id)), _shown(expected.get(item_id))
            yield Offence.ROWS, f"item {item_id}: {stands}; by the ledger {says}"


def _comparable(placed: PlacedItem) -> PlacedItem:
    return replace(placed, item=replace(placed.item, position=0))


def _shown(placed: PlacedItem | None) -> str:
    if placed is None:
        return "no row"
    item: Item = placed.item
    marks = " locked" if item.locked else ""
    return f"{item.quantity} {item.base_id}{marks} in {placed.place} at {placed.position}"
