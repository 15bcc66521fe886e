"""What becomes of a trade when one of both has given: the one decision, made where its row is locked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from apps.game_core.modules.inventory.contracts import Item


class TradeState(StrEnum):
    """The last two are for ever."""

    OPEN = "open"
    SETTLED = "settled"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class TradeGift:
    """What one side has given: its half with `own_mark`, for the other's with `other_mark`."""

    giver: int
    own_mark: int
    other_mark: int
    items: tuple[Item, ...]
    coins: int

    def agrees_with(self, other: "TradeGift") -> bool:
        """Whether both were given for one and the same table, to the last change."""
        return (self.own_mark, self.other_mark) == (other.other_mark, other.own_mark)


@dataclass(frozen=True, slots=True)
class Trade:
    """A row of the database, with what was given. Of who is deleted it says None."""

    id: int
    first: int | None
    second: int | None
    state: TradeState = TradeState.OPEN
    gifts: Mapping[int, TradeGift] = field(default_factory=dict)

    def is_of(self, *char_ids: int) -> bool:
        return sorted(char_ids) == [self.first, self.second]

    def other(self, char_id: int) -> int | None:
        return self.second if char_id == self.first else self.first


@dataclass(frozen=True, slots=True)
class Posting:
    """A row for the inbox of `to`: what the other has given, or one's own `returned`."""

    to: int
    gift: TradeGift
    returned: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """The trade after a gift has come, and what that brings whom."""

    trade: Trade
    postings: tuple[Posting, ...] = ()


def arrived(trade: Trade, gift: TradeGift, partner: int) -> Arrival:
    """`trade` as it is locked; it is open without a gift if this is the first."""
    if (
        trade.state is not TradeState.OPEN
        or gift.giver in trade.gifts
        or not trade.is_of(gift.giver, partner)
    ):
        return Arrival(trade, (_back(gift),))
    waiting = trade.gifts.get(partner)
    with_gift = replace(trade, gifts={**trade.gifts, gift.giver: gift})
    if waiting is None:
        return Arrival(with_gift)
    if not waiting.agrees_with(gift):
        return Arrival(replace(with_gift, state=TradeState.OFF), (_back(waiting), _back(gift)))
    received = (Posting(gift.giver, waiting, returned=False), Posting(partner, gift, returned=False))
    return Arrival(replace(with_gift, state=TradeState.SETTLED), received)


def _back(gift: TradeGift) -> Posting:
    return Posting(gift.giver, gift, returned=True)
