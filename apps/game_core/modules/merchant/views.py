"""What the merchant shows. Prices are in coins; names are the catalog's source texts."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.game_core.modules.inventory.contracts import BackpackPage, Durability
from apps.game_core.modules.items.contracts import CatalogEntry, Rarity
from apps.game_core.modules.merchant.prices import Obstacle


@dataclass(frozen=True, slots=True)
class Purse:
    """`version` and `stamp` are the inventory's: an order that is named after it is told from all others."""

    coins: int
    version: int
    stamp: str


@dataclass(frozen=True, slots=True)
class Goods:
    """`name` is the `base_id` itself where `known` is False."""

    base_id: str
    known: bool
    name: str
    icon: str
    rarity: Rarity
    quantity: int
    durability: Durability | None = None


@dataclass(frozen=True, slots=True)
class Bulk:
    """So many things for one price; `shown` names them. There are so many `more`, which wait for the next."""

    count: int
    price: int
    shown: int
    more: int = 0


@dataclass(frozen=True, slots=True)
class Stall:
    """`junk` and `repairs` are as much as one deal takes; None: there is none."""

    purse: Purse
    junk: Bulk | None
    repairs: Bulk | None


@dataclass(frozen=True, slots=True)
class WareView:
    """`key` stands for it on buttons, `price` is of one piece.

    `left` are all there are, for everybody, until all are there again in so many seconds; None: without end.
    """

    key: int
    piece: Goods
    price: int
    left: int | None = None
    restocks_in: int = 0


@dataclass(frozen=True, slots=True)
class WaresView:
    purse: Purse
    wares: tuple[WareView, ...]


@dataclass(frozen=True, slots=True)
class WareCard:
    """`room` is how many more can be carried, `most` how many can be bought now."""

    purse: Purse
    ware: WareView
    kind: CatalogEntry
    room: int
    most: int


@dataclass(frozen=True, slots=True)
class Worth:
    """What all of a stack brings, or what keeps it from being sold."""

    price: int
    obstacle: Obstacle | None


@dataclass(frozen=True, slots=True)
class Sellable:
    """A page of the backpack; `worth` by the id of its rows."""

    purse: Purse
    page: BackpackPage
    worth: Mapping[int, Worth]


@dataclass(frozen=True, slots=True)
class StackCard:
    """`prices` of so many of its pieces."""

    purse: Purse
    item_id: int
    pieces: Goods
    prices: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Repair:
    item_id: int
    piece: Goods
    price: int
    worn: bool


@dataclass(frozen=True, slots=True)
class Repairs:
    """What is worn comes first, then what has the least left. `whole`: as many as one deal takes."""

    purse: Purse
    each: tuple[Repair, ...]
    whole: Bulk | None


@dataclass(frozen=True, slots=True)
class SoldLot:
    """`key` stands for it on buttons; `price` was paid for it, and is what it costs. `at` in Unix seconds."""

    key: int
    pieces: Goods
    price: int
    at: int


@dataclass(frozen=True, slots=True)
class SoldLots:
    """Of the last things that were sold those that were not bought back, the newest first."""

    purse: Purse
    lots: tuple[SoldLot, ...]


@dataclass(frozen=True, slots=True)
class Bargain:
    """What changed hands, or was made whole, for `price`, and the `coins` that were in the purse then.

    `gone` are the ids of what is not there any more. `repeated`: it had been done before.
    """

    pieces: tuple[Goods, ...]
    price: int
    coins: int
    gone: frozenset[int]
    repeated: bool
