"""One inventory under the rules as they are, and under those of another catalog."""

from collections.abc import Iterator

from apps.game_core.modules.inventory.foresight import Affected, Foresight, Oddity
from apps.game_core.modules.inventory.inventory.model import QUICK_SLOT, InventorySession, PlacedItem
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.inventory.rules.wearing import SLOTS, missing_requirements
from apps.game_core.modules.items.contracts import Grip, Slot


def foreseen(session: InventorySession, now: Rules, then: Rules) -> Foresight:
    """What becomes of it: `now` are the rules in use, `then` those of item files that are not loaded yet."""
    changed = [
        placed
        for placed in session.placed()
        if now.catalog.get(placed.item.base_id) != then.catalog.get(placed.item.base_id)
    ]
    return Foresight(
        char_id=session.char_id,
        pieces=tuple(_affected(session, placed, then) for placed in changed),
        overweight=_is_overweight(session, then) and not _is_overweight(session, now),
        returned=len(_beyond(session, then) - _beyond(session, now)),
    )


def _affected(session: InventorySession, placed: PlacedItem, then: Rules) -> Affected:
    item = placed.item
    found = tuple(_oddities(session, placed, then))
    return Affected(item.id, item.base_id, item.quantity, placed.place, found)


def _oddities(session: InventorySession, placed: PlacedItem, then: Rules) -> Iterator[Oddity]:
    entry = then.catalog.get(placed.item.base_id)
    if entry is None:
        yield Oddity.GONE
        return
    if placed.place == QUICK_SLOT and not entry.is_consumable:
        yield Oddity.MISPLACED
    if placed.place in SLOTS:
        slot = Slot(placed.place)
        crowded = entry.grip is Grip.TWO_HAND and session.equipped[Slot.OFF_HAND] is not None
        if slot not in entry.slots or crowded:
            yield Oddity.MISPLACED
        if missing_requirements(entry, session.hero):
            yield Oddity.UNMET
    if placed.item.quantity > entry.max_stack:
        yield Oddity.OVERSTACKED


def _is_overweight(session: InventorySession, rules: Rules) -> bool:
    return rules.weight(session) > rules.max_weight(session)


def _beyond(session: InventorySession, rules: Rules) -> set[int]:
    """Quick slots that hold something, and would not be there if the gear were put on now."""
    count = rules.quick_slot_count(session)
    return {index for index, item in enumerate(session.quick_slots) if item is not None and index >= count}
