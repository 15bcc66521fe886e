"""What somebody's belongings come to at the merchant's: pure, by the catalog of the moment."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from apps.game_core.modules.inventory.contracts import (
    BACKPACK,
    MAX_PARTS,
    MAX_QUANTITY,
    Belongings,
    Durability,
    Item,
    PlacedItem,
)
from apps.game_core.modules.items.contracts import Catalog, CatalogEntry, Rarity, Slot
from apps.game_core.modules.merchant import prices
from apps.game_core.modules.merchant.views import Bulk, Goods, Repair, Worth

MOST_LOTS = MAX_PARTS // 2
"""Stacks that one deal sells: each is paid for by itself, so that each can be bought back."""
MOST_REPAIRS = MAX_PARTS - 1
_UNKNOWN_ICON = "❔"
_WORN = frozenset(Slot)


@dataclass(frozen=True, slots=True)
class Reckoning:
    catalog: Catalog
    belongings: Belongings

    def placed(self, item_id: int) -> PlacedItem | None:
        return next((each for each in self.belongings.items if each.item.id == item_id), None)

    def worth(self, placed: PlacedItem) -> Worth:
        item, entry = placed.item, self._entry(placed.item)
        return Worth(prices.brings(item, entry, item.quantity), prices.obstacle(placed, entry))

    def brings(self, item: Item, quantity: int) -> int:
        return prices.brings(item, self._entry(item), quantity)

    def mending(self, placed: PlacedItem) -> int | None:
        """None: there is nothing to mend, or not where it is."""
        able = placed.place == BACKPACK or placed.place in _WORN
        return prices.mending(placed.item, self._entry(placed.item)) if able else None

    def junk(self, ids: Collection[int]) -> Sequence[Item]:
        """Of these what can be sold, as much as one deal takes."""
        able = self._sellable(ids)[:MOST_LOTS]
        pieces = accumulate(item.quantity for item in able)
        return [item for item, so_far in zip(able, pieces, strict=True) if so_far <= MAX_QUANTITY]

    def junk_offer(self, ids: Collection[int]) -> Bulk | None:
        items = self.junk(ids)
        price = sum(self.brings(item, item.quantity) for item in items)
        more = len(self._sellable(ids)) - len(items)
        return Bulk(len(items), price, prices.fingerprint(items), more) if items else None

    def repairs(self) -> Sequence[Repair]:
        """What is worn first, then what has the least left."""
        return sorted(self._repairs(), key=lambda each: (not each.worn, _left(each.piece.durability)))

    def repair_offer(self) -> Bulk | None:
        every = self.repairs()
        each = every[:MOST_REPAIRS]
        price = sum(repair.price for repair in each)
        return Bulk(len(each), price, 0, len(every) - len(each)) if each else None

    def _sellable(self, ids: Collection[int]) -> Sequence[Item]:
        wanted = (each for each in self.belongings.items if each.item.id in ids)
        return [each.item for each in wanted if self.worth(each).obstacle is None]

    def _repairs(self) -> Iterator[Repair]:
        for placed in self.belongings.items:
            if price := self.mending(placed):
                piece = described(placed.item, placed.item.quantity, self.catalog)
                yield Repair(placed.item.id, piece, price, placed.place != BACKPACK)

    def _entry(self, item: Item) -> CatalogEntry | None:
        return self.catalog.get(item.base_id)


def described(item: Item, quantity: int, catalog: Catalog) -> Goods:
    return _pieces(item.base_id, item.rarity, quantity, catalog, item.durability)


def new_pieces(base_id: str, quantity: int, catalog: Catalog) -> Goods:
    entry = catalog.get(base_id)
    return _pieces(base_id, entry.rarity if entry else Rarity.COMMON, quantity, catalog)


def _pieces(
    base_id: str, rarity: Rarity, quantity: int, catalog: Catalog, durability: Durability | None = None
) -> Goods:
    entry = catalog.get(base_id)
    name, icon = (entry.name, entry.icon) if entry else (base_id, _UNKNOWN_ICON)
    return Goods(base_id, entry is not None, name, icon, rarity, quantity, durability)


def _left(durability: Durability | None) -> float:
    return durability.left / durability.max if durability and durability.max > 0 else 0
