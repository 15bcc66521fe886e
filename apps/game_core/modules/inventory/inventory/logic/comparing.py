"""How good an item is, against what it would replace."""

from collections.abc import Mapping, Sequence

from apps.game_core.modules.inventory.contracts import Verdict
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules import Rules
from apps.game_core.modules.inventory.inventory.rules.wearing import displaced_slots
from apps.game_core.modules.items.contracts import CatalogEntry, Slot, Stat

# What one point is worth to a fighter, in tenths; spread is luck, neither good nor bad.
WORTH: Mapping[Stat, int] = {
    Stat.POWER: 30,
    Stat.SPREAD: 0,
    Stat.ACCURACY: 4,
    Stat.CRIT_CHANCE: 10,
    Stat.ARMOR: 20,
    Stat.BLOCK_CHANCE: 8,
    Stat.MAX_HP: 5,
    Stat.STRENGTH: 25,
    Stat.QUICK_SLOTS: 30,
}


def deltas(rules: Rules, item: Item, replaced: Sequence[Item]) -> dict[Stat, int]:
    """Signed differences per stat, zeros left out."""
    found = {
        stat: rules.item_stat(item, stat) - sum(rules.item_stat(each, stat) for each in replaced)
        for stat in Stat
    }
    return {stat: delta for stat, delta in found.items() if delta}


def score(changes: Mapping[Stat, int]) -> int:
    return sum(WORTH[stat] * delta for stat, delta in changes.items())


def verdict(points: int) -> Verdict:
    if points == 0:
        return Verdict.EQUAL
    return Verdict.BETTER if points > 0 else Verdict.WORSE


def best_slot(
    session: InventorySession, item: Item, entry: CatalogEntry, rules: Rules
) -> tuple[Slot, tuple[Item, ...]]:
    """The slot where the item improves most, and the items it would push out there."""
    options = [(slot, _pushed_out(session, entry, slot, rules)) for slot in entry.slots]
    return max(options, key=lambda option: score(deltas(rules, item, option[1])))


def improvement(session: InventorySession, item: Item, entry: CatalogEntry, rules: Rules) -> int:
    _, replaced = best_slot(session, item, entry, rules)
    return score(deltas(rules, item, replaced))


def _pushed_out(session: InventorySession, entry: CatalogEntry, slot: Slot, rules: Rules) -> tuple[Item, ...]:
    slots = displaced_slots(session, entry, slot, rules)
    return tuple(item for each in slots if (item := session.equipped[each]) is not None)
