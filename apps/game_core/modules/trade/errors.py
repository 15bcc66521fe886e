"""Why a table says no. Carries data, no player text; nothing has changed.

TradeError
├── NoTableError
├── TableExpiredError
├── BusyError
├── ChairTakenError
├── WithOneselfError
├── PartnerGoneError
├── OtherTableError
├── NotTradableError
├── TableFullError
└── DoesNotFitError

Beside these: what the inventory says of things and coins that are not there (ItemNotFoundError,
NotEnoughCoinsError), and InventoryUnavailableError while a store is away. An operation that would take away
what lies on the table is refused by the inventory (OnTheTableError).
"""

from dataclasses import dataclass
from enum import StrEnum


class TradeError(Exception):
    """Base of everything the trade raises on purpose."""


@dataclass(eq=False)
class NoTableError(TradeError):
    """They sit at no table, or at another one than `trade`."""

    char_id: int
    trade: int | None


@dataclass(eq=False)
class TableExpiredError(TradeError):
    """They, or who has invited them, changed nothing for too long: that counts as left."""

    trade: int


@dataclass(eq=False)
class BusyError(TradeError):
    """They sit at a table, `trade`, already."""

    trade: int


@dataclass(eq=False)
class ChairTakenError(TradeError):
    """Somebody else was faster, or it is kept for somebody else, who still is there."""

    trade: int


@dataclass(eq=False)
class WithOneselfError(TradeError):
    """Whoever has invited is oneself."""

    char_id: int


@dataclass(eq=False)
class PartnerGoneError(TradeError):
    """Nobody sits opposite: not yet, or not any more."""

    trade: int


@dataclass(eq=False)
class OtherTableError(TradeError):
    """What was shown is not what lies there now: draw the table anew."""

    trade: int


class TradeObstacle(StrEnum):
    """Why a thing stays with its owner; it is also in nobody's way to lay something else."""

    IN_USE = "in_use"
    FAVOURITE = "favourite"
    BOUND = "bound"
    QUEST = "quest"
    UNKNOWN = "unknown"


@dataclass(eq=False)
class NotTradableError(TradeError):
    """`item` is its source text. What could be traded when it was laid may be another kind by now."""

    item_id: int
    item: str
    obstacle: TradeObstacle


@dataclass(eq=False)
class TableFullError(TradeError):
    """A half holds `most` stacks."""

    most: int


@dataclass(eq=False)
class DoesNotFitError(TradeError):
    """What would come is too much for the bag of `char_id` once what goes is gone; nothing moves.

    Missing are so many `slots`, so much carrying capacity in grams (`weight`), and room for so many `coins`.
    """

    char_id: int
    slots: int = 0
    weight: int = 0
    coins: int = 0
