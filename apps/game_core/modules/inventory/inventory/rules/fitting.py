"""Whether what would come fits once what would go is gone."""

from collections.abc import Iterable

from apps.game_core.modules.inventory.inventory.limits import MAX_COINS
from apps.game_core.modules.inventory.inventory.model import Half, InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.value import Value


class Lack(Value):
    """So many slots, so much carrying capacity in grams, room for so many coins."""

    slots: int = 0
    weight: int = 0
    coins: int = 0

    def __bool__(self) -> bool:
        return bool(self.slots or self.weight or self.coins)


def lacking(session: InventorySession, goes: Half, comes: Half, rules: Rules) -> Lack:
    """What a receipt of all that comes would be refused for."""
    slots = len(session.backpack) - len(goes.items) + len(comes.items) - session.limits.max_slots
    before = rules.weight(session) - _weight(goes.items, rules)
    after = before + _weight(comes.items, rules)
    too_heavy = after - max(rules.max_weight(session), before)
    too_rich = session.coins - goes.coins + comes.coins - MAX_COINS
    return Lack(max(0, slots) if comes.items else 0, max(0, too_heavy), max(0, too_rich))


def _weight(items: Iterable[Item], rules: Rules) -> int:
    entries = ((rules.catalog.get(item.base_id), item.quantity) for item in items)
    return sum(entry.weight * quantity for entry, quantity in entries if entry)
