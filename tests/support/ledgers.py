"""Inventories with their ledgers, played by the rules alone: what the audit is given, without servers."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count, pairwise

import msgspec

from apps.game_core.modules.inventory.history import History, traits
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.model import InventorySession, Parcel, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.operation_ids import is_inbox, undo_id
from apps.game_core.modules.inventory.inventory.row_changes import before_image, row_changes
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.dropping import dropped_by
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore, lost
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.snapshot import InventorySnapshot
from tools.support.bags import NOW, Stamp, rules, stamp

_new_ids = count(30_000_000)


def new_ids(number: int) -> tuple[int, ...]:
    return tuple(next(_new_ids) for _ in range(number))


def granted(operation: Operation[Result]) -> Gift | Parcel:
    """What the row was of that it delivers."""
    if isinstance(operation, Receive):
        return operation.parcel
    assert isinstance(operation, AddItem)
    return Gift(operation.base_id, operation.quantity, operation.roll)


def as_jsonb(written: bytes) -> bytes:
    """As PostgreSQL gives it back: an object's keys by their length, then by their letters."""

    def ordered(value: object) -> object:
        if isinstance(value, dict):
            return {key: ordered(value[key]) for key in sorted(value, key=lambda key: (len(key), key))}
        return [ordered(each) for each in value] if isinstance(value, list) else value

    return msgspec.json.encode(ordered(msgspec.json.decode(written)))


class Played:
    """A session with its ledger from the start. `rules` may change between operations, as item files do."""

    def __init__(self, session: InventorySession) -> None:
        self.born = self.session = session
        self.states = [session]
        self.rules: Rules = rules()
        self._version = 0
        self.ledger: list[LedgerEntry] = []
        self.delivered: dict[str, Gift | Parcel] = {}

    @property
    def stamp(self) -> Stamp:
        """For the next operation."""
        number = len(self.ledger) + 1
        return stamp(f"op{number}", NOW + number)

    def do(self, operation: Operation[Result]) -> object:
        before = self.session
        self.session, result = apply(before, operation, self.rules)
        image = before_image(before, row_changes(before, self.session))
        parts = (as_jsonb(encode(operation)), as_jsonb(encode(result)), as_jsonb(encode(image)))
        self._version += 1
        entry = LedgerEntry(operation.op_id, self._version, operation.kind, operation.at, *parts)
        self.ledger.append(entry)
        self.states.append(self.session)
        self.last = operation
        if is_inbox(operation.op_id):
            self.delivered[operation.op_id] = granted(operation)
        return result

    def undo(self, drop: Operation[Result], result: object) -> None:
        """Take back a drop with this result."""
        dropped, at = dropped_by(result), self.stamp["at"]
        ids = new_ids(len(dropped))
        self.do(
            Undo(op_id=undo_id(drop.op_id), at=at, of=drop.op_id, dropped=dropped, dropped_at=at, new_ids=ids)
        )

    def restore(self, then: InventorySession) -> None:
        """Bring back what has been lost since."""
        stood = lost(self.session, (placed.item for placed in then.placed()))
        self.do(Restore(**self.stamp, to=NOW, stood=stood, new_ids=new_ids(len(stood))))

    def history(self, items: Iterable[PlacedItem] | None = None) -> History:
        """As the database would tell it, with other item rows if some are given."""
        session = self.session
        placed = tuple(session.placed() if items is None else items)
        version = self._version + 1
        snapshot = InventorySnapshot(
            *(session.char_id, version, "rev", session.hero, session.vitals, session.limits, placed),
            coins=session.coins,
        )
        return History(
            snapshot,
            tuple(self.born.placed()),
            tuple(self.ledger),
            born_hp=self.born.vitals.hp,
            born_hero=traits(self.born.hero),
            delivered=self.delivered,
        )

    def steps(self) -> Iterator[tuple[LedgerEntry, InventorySession, InventorySession]]:
        """Each entry with the states before and after it."""
        for entry, (before, after) in zip(self.ledger, pairwise(self.states), strict=True):
            yield entry, before, after

    def skip_version(self) -> None:
        """Somebody else takes one."""
        self._version += 1

    def without(self, number: int) -> History:
        """The history with the ledger's n-th entry gone."""
        return self.replaced(number)

    def replaced(self, number: int, *by: LedgerEntry) -> History:
        entries = (*self.ledger[:number], *by, *self.ledger[number + 1 :])
        return replace(self.history(), ledger=entries)
