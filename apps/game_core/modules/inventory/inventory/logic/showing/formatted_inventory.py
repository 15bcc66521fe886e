"""One state of an inventory as handlers and views get it: formatted when they ask."""

from collections import Counter
from dataclasses import dataclass

from apps.game_core.modules.inventory.contracts import (
    BackpackPage,
    BackpackQuery,
    Belongings,
    BestSet,
    Damaged,
    Gift,
    InventoryView,
    ItemDetails,
    Junk,
    LoadoutView,
)
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.alike import alike
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation_ids import stamp
from apps.game_core.modules.inventory.inventory.rules.adding import most_that_fit, room
from apps.game_core.modules.items.contracts import Slot


@dataclass(frozen=True, slots=True)
class FormattedInventory:
    """One session's state, formatted on demand. Implements `InventoryReader`."""

    session: InventorySession
    formatter: InventoryFormatter

    @property
    def stamp(self) -> str:
        if self.stale:
            # Nothing can be done with its buttons, but they need a name that no other state has.
            return f"{int(self.formatter.now * 1000) % 2**32:08x}"
        return stamp(self.session.version, self.session.rev)

    @property
    def version(self) -> int:
        return self.session.version

    def source_name(self, base_id: str) -> str:
        entry = self.formatter.rules.catalog.get(base_id)
        return entry.name if entry else base_id

    @property
    def conflicts(self) -> tuple[str, ...]:
        return self.session.conflicts

    @property
    def gifts(self) -> tuple[Gift, ...]:
        return self.session.gifts

    @property
    def waiting(self) -> int:
        return len(self.session.waiting)

    @property
    def at_table(self) -> bool:
        half = self.session.half
        return half is not None and half.until > self.formatter.now and bool(half.items or half.coins)

    @property
    def stale(self) -> bool:
        return not self.session.rev

    def most_that_fit(self, base_id: str) -> int:
        return most_that_fit(self.session, base_id, self.formatter.rules)

    def room(self, base_id: str) -> int:
        return room(self.session, base_id, self.formatter.rules, int(self.formatter.now))

    def pieces(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for placed in self.session.placed():
            found[placed.item.base_id] += placed.item.quantity
        return found

    def view(self) -> InventoryView:
        return self.formatter.format_for_ui(self.session)

    def belongings(self) -> Belongings:
        session = self.session
        return Belongings(
            session.char_id, session.version, self.stamp, session.coins, tuple(session.placed())
        )

    def backpack(self, query: BackpackQuery) -> BackpackPage:
        rows = self.formatter.format_backpack(self.session, query)
        together = self.formatter.together(self.session, query)
        pages = max(1, -(-len(together) // query.page_size))
        page = min(max(query.page, 0), pages - 1)
        here = together[page * query.page_size : (page + 1) * query.page_size]
        pieces = ([rows.items[place] for place in places] for places in here)
        shown = tuple([self.formatter.in_one_row(self.session, each, query.filter_slot) for each in pieces])
        stats = self.formatter.calculate_stats(self.session)
        return BackpackPage(shown, page, pages, rows, stats)

    def best_set(self) -> BestSet:
        return self.formatter.best_set(self.session)

    def junk(self) -> Junk:
        return self.formatter.junk(self.session)

    def damaged(self) -> tuple[Damaged, ...]:
        return self.formatter.damaged(self.session)

    def loadouts(self) -> tuple[LoadoutView, ...]:
        return self.formatter.loadouts(self.session)

    def loadout(self, loadout_id: int) -> LoadoutView:
        return self.formatter.loadout(self.session, loadout_id)

    def item(self, item_id: int, slot: Slot | None = None) -> ItemDetails:
        return self.formatter.generate_tooltip(self.session, item_id, slot, self.alike(item_id))

    def alike(self, item_id: int) -> tuple[int, ...]:
        backpack = self.session.backpack
        item = next((each for each in backpack if each.id == item_id), None)
        return alike(item, backpack, self.formatter.rules.catalog) if item else ()
