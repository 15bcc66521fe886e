"""Why an admin's command was refused. Each error carries data; none carries text for people.

AdminError
├── PlayerNotFoundError
├── PlayerAmbiguousError
├── NoSuchItemError
├── TooManyItemsError
├── TooFewCoinsError
├── TooManyCoinsError
├── NoTradeError
├── TradeSettledError
├── PlanOutdatedError
├── NoTraceError
└── NoLookingBackError
"""

from dataclasses import dataclass

from apps.game_core.modules.admins.contracts import Previewed
from apps.game_core.modules.characters.contracts import Character


class AdminError(Exception):
    """Base of everything the admins module raises on purpose."""


@dataclass(eq=False)
class PlayerNotFoundError(AdminError):
    player: str


@dataclass(eq=False)
class PlayerAmbiguousError(AdminError):
    """`candidates` are the first of those that have this name."""

    player: str
    candidates: tuple[Character, ...]


@dataclass(eq=False)
class NoSuchItemError(AdminError):
    """`similar` are ids that the catalog does have."""

    base_id: str
    similar: tuple[str, ...]


@dataclass(eq=False)
class TooManyItemsError(AdminError):
    """They would wait forever: `most` is what the player's backpack holds when it is empty."""

    base_id: str
    quantity: int
    most: int


@dataclass(eq=False)
class TooFewCoinsError(AdminError):
    """The player owns no more than these."""

    owned: int


@dataclass(eq=False)
class TooManyCoinsError(AdminError):
    """No purse holds more than `most`."""

    most: int


@dataclass(eq=False)
class NoTradeError(AdminError):
    """The player is in the middle of no trade."""

    character: Character


@dataclass(eq=False)
class TradeSettledError(AdminError):
    """Both had given already: it is for ever."""

    trade: int


@dataclass(eq=False)
class PlanOutdatedError(AdminError):
    """By now something else would come back: `now` says what. Nothing was done."""

    now: Previewed


@dataclass(eq=False)
class NoTraceError(AdminError):
    """Neither the database nor the ledgers of `asked` know the item."""

    item_id: int
    asked: tuple[Character, ...]


@dataclass(eq=False)
class NoLookingBackError(AdminError):
    """The ledger's entry made at `at` (Unix seconds) cannot be read: only later times can be told.

    0: nobody wrote down what the character began with. `archived`: it is in a file that nobody has brought.
    """

    character: Character
    at: int
    archived: bool = False
