"""The inventory part of a character snapshot: what the context assembler reads in one transaction."""

from dataclasses import dataclass

import msgspec

from apps.game_core.modules.inventory.inventory.gift import PLAIN, Gift, Roll
from apps.game_core.modules.inventory.inventory.loadout import Loadout
from apps.game_core.modules.inventory.inventory.model import Hero, Limits, Parcel, PlacedItem, Vitals


@dataclass(frozen=True, slots=True)
class LedgerMark:
    """An operation whose fate the database holds: applied, or recorded as a conflict.

    `at`, in Unix seconds, is when it took effect; None for a conflict.
    """

    op_id: str
    at: int | None


@dataclass(frozen=True, slots=True)
class InboxGrant:
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


@dataclass(frozen=True, slots=True)
class InventorySnapshot:
    """`generation` names the database that it was read from, as in `SessionStore`.

    `conflicts` are the kinds of those that the player was not told of. `coins` are in the purse.
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


_decoder = msgspec.json.Decoder(InventorySnapshot)


def decoded(snapshot: bytes) -> InventorySnapshot:
    """What the reader of the scope has put together."""
    return _decoder.decode(snapshot)
