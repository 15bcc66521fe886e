"""What admins may ask of trades, as in `contracts`."""

from dataclasses import dataclass
from typing import Literal

from apps.game_core.modules.admins.contracts import PlayerContext
from apps.game_core.modules.characters.contracts import Character
from apps.game_core.modules.inventory.contracts import LedgerItem
from apps.game_core.modules.trade.contracts import TableState


@dataclass(frozen=True, slots=True)
class TradeSide:
    """What one side has laid, or has given; `character` is None where it is deleted meanwhile."""

    character: Character | None
    items: tuple[LedgerItem, ...]
    coins: int
    confirmed: bool
    given: bool


@dataclass(frozen=True, slots=True)
class TradeShown:
    trade: int
    state: TableState
    sides: tuple[TradeSide, ...]


@dataclass(frozen=True, slots=True)
class TradesShown:
    """What the player is in the middle of, or how it was ended."""

    character: Character
    trades: tuple[TradeShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTrades(PlayerContext[Literal["trade"], TradesShown]):
    """Changes nothing."""

    action = "trade"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndTrades(PlayerContext[Literal["call_off"], TradesShown]):
    """End what the player is in the middle of: both leave the table, and what is given goes back.

    Raises NoTradeError, and TradeSettledError where it was exchanged before, too.
    """

    action = "call_off"
