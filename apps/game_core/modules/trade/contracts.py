"""Trading as the bot knows it: what it is asked and what it answers. Each answer is the table after it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from apps.game_core.modules.inventory.contracts import ItemDetails, ItemView
from apps.game_core.modules.trade.errors import (
    BusyError,
    ChairTakenError,
    DoesNotFitError,
    NoTableError,
    NotTradableError,
    OtherTableError,
    PartnerGoneError,
    TableExpiredError,
    TableFullError,
    TradeError,
    TradeObstacle,
    WithOneselfError,
)
from apps.game_core.modules.trade.overseen import (
    CallOffTrade,
    LookAtTrades,
    SeatSeen,
    TableState,
    TradeSeen,
)
from apps.game_core.system.protocols import Context

__all__ = [
    "BusyError",
    "CallOffTrade",
    "ChairTakenError",
    "Confirm",
    "DoesNotFitError",
    "HalfView",
    "Invite",
    "Lay",
    "LayCoins",
    "LayPart",
    "Leave",
    "LookAtLaid",
    "LookAtTable",
    "LookAtTrades",
    "NoTableError",
    "NotTradableError",
    "OtherTableError",
    "PartnerGoneError",
    "SeatSeen",
    "Sit",
    "TableExpiredError",
    "TableFullError",
    "TableState",
    "TableView",
    "TakeAway",
    "TradeError",
    "TradeObstacle",
    "TradeSeen",
    "WaitsFor",
    "WithOneselfError",
]


@dataclass(frozen=True, slots=True)
class HalfView:
    """What one side has laid; once it is given, what it gave.

    `items` are judged for whoever looks: what would be better to wear says so. `name` is the hero's, empty
    where nobody knows it any more. `confirmed`: this side has confirmed the table as it is shown.
    """

    char_id: int
    name: str
    items: tuple[ItemView, ...]
    coins: int
    confirmed: bool = False


class WaitsFor(StrEnum):
    PARTNER = "partner"
    """Somebody to sit down."""
    YOU = "you"
    """One's own confirmation."""
    THEM = "them"
    """The other's confirmation."""
    EXCHANGE = "exchange"
    """The database; it takes seconds."""
    ROOM = "room"
    """What came does not fit into the bag yet."""


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as one of both sees it. `own` and `other` are None where nobody knows them.

    `fingerprint` names exactly this table (63 bits): what a button that confirms carries. It is None while
    there is nothing to confirm: nobody sits opposite, or nothing lies there. `until`, in Unix seconds: from
    then on it counts as left by who looks, unless they change something. `waits_for` is None when nothing is
    to come. `kept_for` is who may sit down, where it is not anybody and somebody knows the name. `changed`:
    the other side is not as it was when who looks confirmed.
    """

    trade: int
    state: TableState
    own: HalfView | None = None
    other: HalfView | None = None
    fingerprint: int | None = None
    waits_for: WaitsFor | None = None
    until: int = 0
    kept_for: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Invite(Context[Literal["trade"], Literal["invite"], TableView]):
    """Open a table and sit down, for whoever follows the link or, if given, for `partner` alone.

    The link carries `trade` of the answer and who invites, for `Sit`. Who has a table with an empty chair for
    the same gets that one again.

    Raises BusyError, WithOneselfError.
    """

    module = "trade"
    action = "invite"

    char_id: int
    partner: int | None = None


@dataclass(frozen=True, slots=True)
class Sit(Context[Literal["trade"], Literal["sit"], TableView]):
    """Sit down opposite of `inviter`, at the table that the link names. Who sits there stays there.

    Raises BusyError, WithOneselfError, ChairTakenError, TableExpiredError, PartnerGoneError (the inviter has
    left, or never was there).
    """

    module = "trade"
    action = "sit"

    char_id: int
    trade: int
    inviter: int


@dataclass(frozen=True, slots=True)
class Lay(Context[Literal["trade"], Literal["lay"], TableView]):
    """Lay a whole stack of the backpack on one's half, beside what lies there.

    Nobody's confirmation holds any longer. `trade`: only if it is this table; so in all that have it.

    Raises NoTableError, TableExpiredError, ItemNotFoundError, NotTradableError, TableFullError.
    """

    module = "trade"
    action = "lay"

    char_id: int
    item_id: int
    trade: int | None = None


@dataclass(frozen=True, slots=True)
class LayPart(Context[Literal["trade"], Literal["lay_part"], TableView]):
    """Set so many pieces of a stack apart, once for an `op_id`, and lay them.

    A part that cannot be laid stays where it is. Raises what `Lay` raises, and InvalidQuantityError and
    InventoryFullError where the stack cannot be split.
    """

    module = "trade"
    action = "lay_part"

    char_id: int
    item_id: int
    quantity: int
    op_id: str
    trade: int | None = None


@dataclass(frozen=True, slots=True)
class TakeAway(Context[Literal["trade"], Literal["take_away"], TableView]):
    """Take a stack from one's half; what does not lie there is no error.

    Raises NoTableError, TableExpiredError.
    """

    module = "trade"
    action = "take_away"

    char_id: int
    item_id: int
    trade: int | None = None


@dataclass(frozen=True, slots=True)
class LayCoins(Context[Literal["trade"], Literal["lay_coins"], TableView]):
    """So many coins lie on one's half now, instead of what lay there; 0 takes all away.

    Raises NoTableError, TableExpiredError, NotEnoughCoinsError.
    """

    module = "trade"
    action = "lay_coins"

    char_id: int
    coins: int
    trade: int | None = None


@dataclass(frozen=True, slots=True)
class Confirm(Context[Literal["trade"], Literal["confirm"], TableView]):
    """Confirm the very table that was shown with this `fingerprint`; once both have, it is exchanged.

    However often it is tapped, and by whomever, it happens once. With `trade` the answer to a button of a
    table that has ended is how it ended; without it that is NoTableError.

    Raises NoTableError, TableExpiredError, PartnerGoneError, OtherTableError, NotTradableError,
    DoesNotFitError, and DatabaseDownError where both have confirmed and PostgreSQL is away.
    """

    module = "trade"
    action = "confirm"

    char_id: int
    fingerprint: int
    trade: int | None = None


@dataclass(frozen=True, slots=True)
class Leave(Context[Literal["trade"], Literal["leave"], bool]):
    """Leave the table, whichever it is or only `trade`. False: they did not sit there.

    What is given already is not taken back: it is exchanged, or comes back by itself.
    """

    module = "trade"
    action = "leave"

    char_id: int
    trade: int | None = None


@dataclass(frozen=True, slots=True)
class LookAtTable(Context[Literal["trade"], Literal["look"], TableView]):
    """The table as it is now, or how it ended; without `trade` the one they sit at.

    Raises NoTableError only without `trade`.
    """

    module = "trade"
    action = "look"

    char_id: int
    trade: int | None = None


@dataclass(frozen=True, slots=True)
class LookAtLaid(Context[Literal["trade"], Literal["look_at_laid"], ItemDetails]):
    """The card of a thing on either half, judged as if it were in the backpack of whoever looks.

    Raises NoTableError, and ItemNotFoundError where it does not lie there (any more).
    """

    module = "trade"
    action = "look_at_laid"

    char_id: int
    item_id: int
