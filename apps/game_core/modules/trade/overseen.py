"""Trades as somebody sees them who sits at neither side, and how they stand: contracts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from apps.game_core.modules.inventory.contracts import Item
from apps.game_core.system.protocols import Context


class TableState(StrEnum):
    INVITING = "inviting"
    """Nobody sits opposite: not yet, or not any more. The chair is kept for whom it is kept."""
    LAYING = "laying"
    """Both sit there. Nothing leaves a bag before both have confirmed the same."""
    GIVEN = "given"
    """Both have confirmed and it is being exchanged: they will have what they saw, or their own back."""
    SETTLED = "settled"
    """It was exchanged, for ever."""
    OFF = "off"
    """It came to nothing, for ever: what was given is back, or comes as soon as it fits."""
    LEFT = "left"
    """There is no such table any more, and nothing was given."""


@dataclass(frozen=True, slots=True)
class SeatSeen:
    """What one side has laid or, once that is `given`, has given; `confirmed` as in `HalfView`."""

    char_id: int
    items: tuple[Item, ...]
    coins: int
    confirmed: bool = False
    given: bool = False


@dataclass(frozen=True, slots=True)
class TradeSeen:
    """A trade as somebody sees it who sits at neither side; whom it is looked at for comes first."""

    trade: int
    state: TableState
    seats: tuple[SeatSeen, ...]


@dataclass(frozen=True, slots=True)
class LookAtTrades(Context[Literal["trade"], Literal["look_at_trades"], tuple[TradeSeen, ...]]):
    """What somebody is in the middle of: the table they sit at, and what is given and has not ended.

    No session is opened or prolonged for it, and nothing is exchanged.
    """

    module = "trade"
    action = "look_at_trades"

    char_id: int


@dataclass(frozen=True, slots=True)
class CallOffTrade(Context[Literal["trade"], Literal["call_off"], tuple[TradeSeen, ...]]):
    """End what somebody is in the middle of, as an operator: both leave the table, what is given goes back.

    The answer is how each ended: what both had given already is SETTLED, and stays so.

    Raises NoTableError: there is nothing to end.
    """

    module = "trade"
    action = "call_off"

    char_id: int
