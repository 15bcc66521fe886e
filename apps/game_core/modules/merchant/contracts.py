"""The merchant as the bot knows it: what it is asked and what it answers.

An `order` is the caller's idempotency key: the same order is done once, and answered alike; `since` as in
`Perform` of the inventory. A deal is made at the `price` that was shown, or not at all: each raises
PriceChangedError, and what the inventory says of what it does not allow.
"""

from dataclasses import dataclass
from typing import Literal

from apps.game_core.modules.inventory.contracts import BackpackQuery
from apps.game_core.modules.merchant.prices import Obstacle
from apps.game_core.modules.merchant.views import (
    Bargain,
    Bulk,
    Goods,
    Purse,
    Repair,
    Repairs,
    Sellable,
    SoldLot,
    SoldLots,
    StackCard,
    Stall,
    WareCard,
    WaresView,
    WareView,
    Worth,
)
from apps.game_core.system.protocols import Context

__all__ = [
    "Bargain",
    "Bulk",
    "Buy",
    "BuyBack",
    "Goods",
    "LookAtMerchant",
    "LookAtRepairs",
    "LookAtSellable",
    "LookAtSold",
    "LookAtStack",
    "LookAtWare",
    "LookAtWares",
    "MendAll",
    "MendOne",
    "Obstacle",
    "Purse",
    "Repair",
    "Repairs",
    "Sell",
    "SellJunk",
    "Sellable",
    "SoldLot",
    "SoldLots",
    "StackCard",
    "Stall",
    "WareCard",
    "WareView",
    "WaresView",
    "Worth",
]


@dataclass(frozen=True, slots=True)
class LookAtMerchant(Context[Literal["merchant"], Literal["look"], Stall]):
    module = "merchant"
    action = "look"

    char_id: int


@dataclass(frozen=True, slots=True)
class LookAtWares(Context[Literal["merchant"], Literal["wares"], WaresView]):
    """While PostgreSQL is away nobody knows what is left of limited wares: they are not shown."""

    module = "merchant"
    action = "wares"

    char_id: int


@dataclass(frozen=True, slots=True)
class LookAtWare(Context[Literal["merchant"], Literal["ware"], WareCard]):
    """Raises WareGoneError."""

    module = "merchant"
    action = "ware"

    char_id: int
    ware: int


@dataclass(frozen=True, slots=True)
class LookAtSellable(Context[Literal["merchant"], Literal["sellable"], Sellable]):
    module = "merchant"
    action = "sellable"

    char_id: int
    query: BackpackQuery


@dataclass(frozen=True, slots=True)
class LookAtStack(Context[Literal["merchant"], Literal["stack"], StackCard]):
    """Raises NotForSaleError, and ItemNotFoundError of the inventory."""

    module = "merchant"
    action = "stack"

    char_id: int
    item_id: int


@dataclass(frozen=True, slots=True)
class LookAtRepairs(Context[Literal["merchant"], Literal["repairs"], Repairs]):
    module = "merchant"
    action = "repairs"

    char_id: int


@dataclass(frozen=True, slots=True)
class LookAtSold(Context[Literal["merchant"], Literal["sold"], SoldLots]):
    module = "merchant"
    action = "sold"

    char_id: int


@dataclass(frozen=True, slots=True)
class Buy(Context[Literal["merchant"], Literal["buy"], Bargain]):
    """`price` is that of all together. Raises WareGoneError, SoldOutError, OrderLapsedError."""

    module = "merchant"
    action = "buy"

    char_id: int
    ware: int
    quantity: int
    price: int
    order: str
    since: int = 0


@dataclass(frozen=True, slots=True)
class Sell(Context[Literal["merchant"], Literal["sell"], Bargain]):
    """So many pieces of a stack. Raises NotForSaleError."""

    module = "merchant"
    action = "sell"

    char_id: int
    item_id: int
    quantity: int
    price: int
    order: str
    since: int = 0


@dataclass(frozen=True, slots=True)
class SellJunk(Context[Literal["merchant"], Literal["sell_junk"], Bargain]):
    """What was `shown` as junk, or nothing. Raises OtherJunkError of the inventory."""

    module = "merchant"
    action = "sell_junk"

    char_id: int
    shown: int
    price: int
    order: str
    since: int = 0


@dataclass(frozen=True, slots=True)
class MendOne(Context[Literal["merchant"], Literal["mend_one"], Bargain]):
    module = "merchant"
    action = "mend_one"

    char_id: int
    item_id: int
    price: int
    order: str
    since: int = 0


@dataclass(frozen=True, slots=True)
class MendAll(Context[Literal["merchant"], Literal["mend_all"], Bargain]):
    """What is worn out, as much of it as one deal takes."""

    module = "merchant"
    action = "mend_all"

    char_id: int
    price: int
    order: str
    since: int = 0


@dataclass(frozen=True, slots=True)
class BuyBack(Context[Literal["merchant"], Literal["buy_back"], Bargain]):
    """At what was paid for it, once. Raises SoldOnError."""

    module = "merchant"
    action = "buy_back"

    char_id: int
    lot: int
