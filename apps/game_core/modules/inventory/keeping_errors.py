"""Why what a player keeps, or would be rid of, cannot be as asked.

OperationRefusedError
├── ItemIsJunkError
├── OtherJunkError
├── NothingToMarkError
├── NothingWornError
├── TooManyLoadoutsError
├── LoadoutNotFoundError
├── NothingToWearError
├── NothingToMendError
├── NotEnoughError
├── NotEnoughCoinsError
├── PurseFullError
├── ItemInUseError
├── ItemBoundError
├── AlreadyThereError
├── OnTheTableError
├── OtherHalfError
├── NotConfirmedError
├── OtherVersionError
├── NotDoneError
└── NothingNewError

InventoryUnavailableError
└── RowUnreadableError

LedgerUnreadableError
└── LedgerArchivedError
"""

from dataclasses import dataclass

from apps.game_core.modules.inventory.errors import (
    InventoryUnavailableError,
    LedgerUnreadableError,
    OperationRefusedError,
)
from apps.game_core.modules.inventory.inventory.gift import Gift


@dataclass(eq=False)
class ItemIsJunkError(OperationRefusedError):
    """What may go is no favourite: the mark has to be taken away first."""

    item_id: int


class OtherJunkError(OperationRefusedError):
    """The junk is not what was shown, or there is none."""


class NothingToMarkError(OperationRefusedError):
    """Nothing in the backpack is of the kind that was to be marked as junk."""


class NothingWornError(OperationRefusedError):
    """Somebody without clothes has none to save."""


@dataclass(eq=False)
class TooManyLoadoutsError(OperationRefusedError):
    most: int


@dataclass(eq=False)
class LoadoutNotFoundError(OperationRefusedError):
    loadout_id: int


@dataclass(eq=False)
class NothingToWearError(OperationRefusedError):
    """What of the loadout is there and can be worn is worn already: all of it, or not."""

    loadout_id: int
    whole: bool


@dataclass(eq=False)
class NothingNewError(OperationRefusedError):
    """The player was told of everything; this still waits for room."""

    waiting: tuple[Gift, ...]


@dataclass(eq=False)
class NothingToMendError(OperationRefusedError):
    """It is whole, or nothing mends it."""

    item_id: int


@dataclass(eq=False)
class NotEnoughError(OperationRefusedError):
    """Of `item` (its source text) `needed` pieces are asked for; fewer are there that may go."""

    item: str
    needed: int
    has: int


@dataclass(eq=False)
class NotEnoughCoinsError(OperationRefusedError):
    needed: int
    owned: int


@dataclass(eq=False)
class PurseFullError(OperationRefusedError):
    """No purse holds more than `most` coins."""

    most: int


@dataclass(eq=False)
class ItemInUseError(OperationRefusedError):
    """It is worn, or lies in a quick slot."""

    item_id: int


@dataclass(eq=False)
class ItemBoundError(OperationRefusedError):
    """It belongs to this character for good."""

    item_id: int


@dataclass(eq=False)
class AlreadyThereError(OperationRefusedError):
    """What is to come is in the inventory already."""

    item_id: int


@dataclass(eq=False)
class OnTheTableError(OperationRefusedError):
    """It would take away, or change, what its player has laid on the table of a trade. None: the coins."""

    item_id: int | None


@dataclass(eq=False)
class OtherHalfError(OperationRefusedError):
    """What lies on the table is not what was seen there."""

    char_id: int


@dataclass(eq=False)
class NotConfirmedError(OperationRefusedError):
    """Nothing is given for a table that its player has not confirmed, or has changed or left since."""

    trade: int


@dataclass(eq=False)
class OtherVersionError(OperationRefusedError):
    """The inventory has changed since the version that a batch was made for."""

    expected: int | None
    version: int


@dataclass(eq=False)
class NotDoneError(OperationRefusedError):
    """Operation `after`, on which a batch rests, has not taken effect in this inventory."""

    after: str


@dataclass(eq=False)
class RowUnreadableError(InventoryUnavailableError):
    """What a store holds is of another release, or was edited into what none knows; there it stays."""

    reason: str


class LedgerArchivedError(LedgerUnreadableError):
    """What was made up to `at` (Unix seconds) is in files, and nobody has brought them."""
