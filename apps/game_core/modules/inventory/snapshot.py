"""The inventory part of a character snapshot: what the context assembler reads in one transaction."""

from typing import TypeAlias

import msgspec

from apps.game_core.modules.inventory.inventory.gift import PLAIN, Gift, Roll
from apps.game_core.modules.inventory.inventory.loadout import Loadout
from apps.game_core.modules.inventory.inventory.model import Hero, Limits, Parcel, PlacedItem, Vitals
from apps.game_core.modules.inventory.keeping_errors import RowUnreadableError
from apps.game_core.value import Value, replace


class LedgerMark(Value):
    """An operation whose fate the database holds: applied, or recorded as a conflict.

    `at`, in Unix seconds, is when it took effect; None for a conflict, and for what is in a file by now.
    """

    op_id: str
    at: int | None
    kind: str = ""


class InboxGrant(Value):
    """Items from another module that wait to be delivered; or a `parcel` of a trade, and nothing else."""

    inbox_id: int
    char_id: int
    base_id: str
    quantity: int
    roll: Roll = PLAIN
    parcel: Parcel | None = None

    @property
    def gift(self) -> Gift:
        return Gift(self.base_id, self.quantity, self.roll)

    @property
    def contents(self) -> Gift | Parcel:
        return self.parcel or self.gift

    @property
    def trade(self) -> int | None:
        return self.parcel.trade if self.parcel else None


class Seal(Value):
    """By what a parcel is known from outside."""

    trade: int
    mark: int


class SealedGrant(Value):
    """A row of the inbox whose contents this release does not understand: it goes on waiting."""

    inbox_id: int
    char_id: int
    parcel: Seal | None
    reason: str = ""

    @property
    def trade(self) -> int | None:
        return self.parcel.trade if self.parcel else None


InboxRow: TypeAlias = InboxGrant | SealedGrant


class InventorySnapshot(Value):
    """`generation` names the database that it was read from, as in `SessionStore`.

    `conflicts` are the kinds of those that the player was not told of. `coins` are in the purse. What of the
    inbox cannot be read is `sealed`.
    """

    char_id: int
    version: int
    rev: str
    hero: Hero
    vitals: Vitals
    limits: Limits
    items: tuple[PlacedItem, ...]
    known: tuple[LedgerMark, ...] = ()
    inbox: tuple[InboxGrant, ...] = ()
    generation: str = ""
    conflicts: tuple[str, ...] = ()
    loadouts: tuple[Loadout, ...] = ()
    coins: int = 0
    sealed: tuple[SealedGrant, ...] = ()


_decoder = msgspec.json.Decoder(InventorySnapshot)
_parts = msgspec.json.Decoder(dict[str, msgspec.Raw])
_raw_rows = msgspec.json.Decoder(list[msgspec.Raw])
_grants = msgspec.json.Decoder(InboxGrant)
_seals = msgspec.json.Decoder(SealedGrant)


def decoded(snapshot: bytes) -> InventorySnapshot:
    """What the reader of the scope has put together. Raises RowUnreadableError."""
    try:
        return _decoder.decode(snapshot)
    except msgspec.MsgspecError:
        return _without_sealed(snapshot)


def inbox_row(row: str | msgspec.Raw) -> InboxRow:
    """A row of the inbox as JSON."""
    try:
        return _grants.decode(row)
    except msgspec.MsgspecError as error:
        return replace(_seals.decode(row), reason=str(error))


def _without_sealed(snapshot: bytes) -> InventorySnapshot:
    """One gift that nobody can open locks nobody out."""
    try:
        parts = _parts.decode(snapshot)
        rows = [(raw, inbox_row(raw)) for raw in _raw_rows.decode(parts["inbox"])]
        legible = [raw for raw, row in rows if isinstance(row, InboxGrant)]
        parts["inbox"] = msgspec.Raw(msgspec.json.encode(legible))
        found = _decoder.decode(msgspec.json.encode(parts))
    except msgspec.MsgspecError as error:
        raise RowUnreadableError(str(error)) from error
    return replace(found, sealed=tuple(row for _, row in rows if isinstance(row, SealedGrant)))
