"""What the rules are given beside session and operation, and sums over what is worn and carried."""

from collections.abc import Iterable
from itertools import chain

from apps.game_core.combat import broken
from apps.game_core.modules.inventory.errors import InventoryFullError, ItemNotFoundError, UnknownItemError
from apps.game_core.modules.inventory.inventory.model import (
    LEAST_HP,
    Buff,
    InventorySession,
    Item,
)
from apps.game_core.modules.items.contracts import Catalog, CatalogEntry, Stat
from apps.game_core.value import Value

MAX_QUICK_SLOTS = 10
_LEAST_CAPACITY = 1_000


class Rules(Value):
    """The catalog, and how strength becomes carrying capacity (grams)."""

    catalog: Catalog
    base_capacity: int = 20_000
    capacity_per_strength: int = 8_000

    def entry(self, item: Item) -> CatalogEntry:
        found = self.catalog.get(item.base_id)
        if found is None:
            raise UnknownItemError(item.base_id)
        return found

    def worn_stat(self, session: InventorySession, stat: Stat) -> int:
        """Points of `stat` from worn items: the kind's own and the piece's affixes."""
        return sum(self.item_stat(item, stat) for item in session.equipped.values() if item is not None)

    def item_stat(self, item: Item, stat: Stat) -> int:
        entry = self.catalog.get(item.base_id)
        points = (entry.stats.get(stat, 0) if entry else 0) + item.affixes.get(stat, 0)
        return broken(stat, points) if item.broken else points

    def max_hp(self, session: InventorySession, at: int) -> int:
        """Health at its fullest, under the buffs that run `at` that moment (Unix seconds)."""
        running = (buff for buff in session.vitals.buffs if buff.expires_at > at)
        return self.max_hp_with(session, self.worn_stat(session, Stat.MAX_HP), running)

    def max_hp_with(self, session: InventorySession, worn: int, buffs: Iterable[Buff]) -> int:
        """The same, where what is worn adds so much, and these buffs run."""
        more = sum(buff.amount for buff in buffs if buff.stat is Stat.MAX_HP)
        return max(LEAST_HP, session.hero.max_hp + worn + more)

    def max_weight(self, session: InventorySession) -> int:
        return self.capacity(session.hero.strength + self.worn_stat(session, Stat.STRENGTH))

    def capacity(self, strength: int) -> int:
        return max(_LEAST_CAPACITY, self.base_capacity + self.capacity_per_strength * strength)

    def weight(self, session: InventorySession) -> int:
        """Everything carried, worn or not; items that the catalog no longer knows weigh nothing."""
        return self.weight_and_value(session)[0]

    def weight_and_value(self, session: InventorySession) -> tuple[int, int]:
        """Of everything carried, in grams and gold, in one look: bags are big."""
        weight = value = 0
        known = self.catalog.entries
        for item in chain(session.backpack, session.equipped.values(), session.quick_slots):
            if item is not None and (entry := known.get(item.base_id)) is not None:
                weight += entry.weight * item.quantity
                value += entry.value * item.quantity
        return weight, value

    def quick_slot_count(self, session: InventorySession) -> int:
        return self.quick_slots_with(session, self.worn_stat(session, Stat.QUICK_SLOTS))

    def quick_slots_with(self, session: InventorySession, added: int) -> int:
        """How many there are when what is worn adds so many."""
        return max(0, min(MAX_QUICK_SLOTS, session.limits.quick_slots + added))


def require_room(before: InventorySession, after: InventorySession) -> InventorySession:
    """Refuse a change that adds to a backpack that is full. One that is over full may still shrink."""
    if len(after.backpack) > max(after.limits.max_slots, len(before.backpack)):
        raise InventoryFullError(after.limits.max_slots)
    return after


def in_backpack(session: InventorySession, item_id: int) -> Item:
    """Raises ItemNotFoundError."""
    item = session.in_backpack(item_id)
    if item is None:
        raise ItemNotFoundError(item_id)
    return item
