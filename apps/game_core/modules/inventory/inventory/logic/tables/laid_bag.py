"""One state of an inventory, as the table of a trade needs to know it."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.game_core.modules.inventory.contracts import ItemDetails, ItemView
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.model import Half, InventorySession, Item, without
from apps.game_core.modules.inventory.inventory.rules import laying
from apps.game_core.modules.inventory.inventory.rules.fitting import Lack, lacking
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.value import replace


@dataclass(frozen=True, slots=True)
class LaidBag:
    """Implements `BagAtTable`."""

    formatted: FormattedInventory

    def to_lay(self, item_id: int) -> Item:
        return laying.to_lay(self._session, item_id, self._rules)

    def require_tradable(self, half: Half) -> None:
        laying.require_tradable(self._session, half.items, self._rules)

    def lacking(self, goes: Half, comes: Half) -> Lack:
        return lacking(self._session, goes, comes, self._rules)

    def rows(self, items: Sequence[Item]) -> Sequence[ItemView]:
        return [self.formatted.formatter.row(self._session, item) for item in items]

    def card(self, item: Item) -> ItemDetails:
        others = without(self._session, item.id)
        session = replace(others, backpack=(*others.backpack, item))
        return self.formatted.formatter.generate_tooltip(session, item.id)

    def source_name(self, item_id: int) -> str:
        placed = next(iter(self._session.rows({item_id})), None)
        return self.formatted.source_name(placed.item.base_id) if placed else ""

    @property
    def _session(self) -> InventorySession:
        return self.formatted.session

    @property
    def _rules(self) -> Rules:
        return self.formatted.formatter.rules
