"""Everything the database knows of one trade: what the audit looks at."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from apps.game_core.modules.inventory.contracts import Item
from apps.game_core.modules.trade.settling import Trade, TradeGift


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of a trade to `to`, or waits in its inbox: things that lay on the half with this `mark`.

    `number` is the inbox row's.
    """

    to: int
    number: int
    mark: int
    items: tuple[Item, ...]
    coins: int
    returned: bool


@dataclass(frozen=True, slots=True)
class TradeAccount:
    """As of one moment.

    `row` is None where the trade itself is not there. `gives` is what the givers' ledgers say, `rows` are
    those of inboxes, read or not, `receipts` what the receivers' ledgers say of them. `unreadable` names
    stored values that this release does not understand.
    """

    trade: int
    row: Trade | None
    gives: tuple[TradeGift, ...] = ()
    rows: tuple[Delivery, ...] = ()
    receipts: tuple[Delivery, ...] = ()
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThingTwice:
    """A thing that is in several places at once."""

    item_id: int
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"item {self.item_id}: twice: {' and '.join(self.places)}"


class TradeAccountReader(Protocol):
    """Both methods raise DatabaseDownError."""

    def read_all(self) -> AsyncIterator[TradeAccount]:
        """Of all trades that anything tells of, by number, as of one moment."""
        ...

    async def twice(self) -> Sequence[ThingTwice]:
        """Of things that wait in trades and inboxes."""
        ...
