"""All that a hero has, to be compared with what they had."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from apps.game_core.modules.inventory.inventory.model import InventorySession, PlacedItem


@dataclass(frozen=True)
class Standing:
    """`rows` by item id, and everything beside them."""

    rows: Mapping[int, PlacedItem]
    rest: tuple[object, ...]

    @property
    def pieces(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for row in self.rows.values():
            found[row.item.base_id] += row.item.quantity
        return found

    def without(self, item_id: int) -> "Standing":
        return replace(self, rows={each: row for each, row in self.rows.items() if each != item_id})


def standing(session: InventorySession, at: float) -> Standing:
    """Buffs that had run out `at` that time do not count."""
    buffs = [buff for buff in session.vitals.buffs if buff.expires_at > at]
    beside = (session.hero, session.loadouts, session.coins)
    rest = (session.vitals.hp, buffs, len(session.quick_slots), *beside)
    return Standing({placed.item.id: placed for placed in session.placed()}, rest)
