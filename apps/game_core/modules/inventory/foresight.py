"""What item files that are not loaded yet would do to what players own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.modules.items.contracts import Catalog
from apps.game_core.system.protocols import Context

IN_TRADE = "trade"
IN_INBOX = "inbox"


class Oddity(StrEnum):
    """What would be odd about a piece, beside looking and counting otherwise."""

    GONE = "gone"
    """Its kind is unknown: it lies there under its base_id, and can only be dropped."""
    MISPLACED = "misplaced"
    """It is in a slot that is not for it, or beside what needs both hands. It stays until it is taken off."""
    UNMET = "unmet"
    """Whoever wears it could not put it on again."""
    OVERSTACKED = "overstacked"
    """The stack is bigger than stacks of it may be. Nothing more goes onto it."""
    RETURNED = "returned"
    """Its quick slot would be gone: it goes back into the backpack with the next change of gear."""
    UNTRADABLE = "untradable"
    """It lies on the table of a trade, and cannot be given any more."""
    STUCK = "stuck"
    """It would come out of the inbox now, and would wait there then."""


@dataclass(frozen=True, slots=True)
class Affected:
    """One stack of a kind that would change, or that such a change bears on.

    `place` as in `PlacedItem`, or `IN_TRADE` or `IN_INBOX`. `trade`: what it was given for, or, in the
    backpack, on whose table it lies. Pieces that an `inbox_row` will make have no `item_id` yet.
    """

    item_id: int | None
    base_id: str
    quantity: int
    place: str
    oddities: tuple[Oddity, ...]
    trade: int | None = None
    inbox_row: int | None = None


@dataclass(frozen=True, slots=True)
class Foresight:
    """All that is one character's under other item files. `overweight`: it would be, and is not now."""

    char_id: int
    pieces: tuple[Affected, ...]
    overweight: bool

    @property
    def returned(self) -> int:
        """Quick slots whose content would go back into the backpack."""
        return sum(Oddity.RETURNED in piece.oddities for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class GivenAway:
    """What was given for a trade, and the `mark` of the half it lay on. Not `open`: it went on from there."""

    trade: int
    mark: int
    items: tuple[Item, ...]
    open: bool = True


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What is a character's and not in the inventory."""

    inbox: tuple[InboxGrant, ...] = ()
    given: tuple[GivenAway, ...] = ()


@dataclass(frozen=True, slots=True)
class Owner:
    """`parcel`: the last that a trade sent them, 0 before the first one.

    Things go from one character to another in parcels alone, and each trade sends one to both: whoever has
    still the same has got nothing of anybody's, and nobody has got anything of theirs.
    """

    char_id: int
    parcel: int = 0


@dataclass(frozen=True, slots=True)
class FindOwners(Context[Literal["inventory"], Literal["owners"], tuple[Owner, ...]]):
    """Whose are pieces of these kinds by the database, or changes that the database does not know yet."""

    module = "inventory"
    action = "owners"

    base_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Foresee(Context[Literal["inventory"], Literal["foresee"], Foresight]):
    """`catalog` is not in use. Changes nothing. Raises CharacterNotFoundError, InventoryUnavailableError."""

    module = "inventory"
    action = "foresee"

    char_id: int
    catalog: Catalog


class ElsewhereReader(Protocol):
    async def elsewhere(self, char_id: int, trades: Collection[int]) -> Elsewhere:
        """What waits in the inbox, and what was given for trades that are open, or are among these.

        Raises DatabaseDownError and RowUnreadableError.
        """
        ...


class OwnersReader(ElsewhereReader, Protocol):
    async def owners(self, base_ids: Collection[str], besides: Collection[int]) -> Sequence[Owner]:
        """Whose are pieces of these kinds, in rows, inboxes and open trades; and those besides, by id.

        Raises DatabaseDownError.
        """
        ...
