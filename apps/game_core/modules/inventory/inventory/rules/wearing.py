"""Putting on and taking off, with the two-hand rules and belts."""

from dataclasses import replace

from apps.game_core.modules.inventory.errors import (
    InvalidSlotError,
    ItemNotFoundError,
    RequirementsNotMetError,
    Shortfall,
    SlotEmptyError,
)
from apps.game_core.modules.inventory.inventory.model import (
    Hero,
    InventorySession,
    Item,
    adding,
    without,
)
from apps.game_core.modules.inventory.inventory.operations import EquipItem, UnequipItem
from apps.game_core.modules.inventory.inventory.results import (
    EquipResult,
    UnequipResult,
)
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room
from apps.game_core.modules.items.contracts import Attribute, CatalogEntry, Grip, Slot

Change = tuple[InventorySession, EquipResult]


def equip(session: InventorySession, operation: EquipItem, rules: Rules) -> Change:
    item = session.in_backpack(operation.item_id)
    if item is None:
        raise ItemNotFoundError(operation.item_id)
    entry = rules.entry(item)
    slot = choose_slot(session, item, entry, operation.slot, rules)
    require_met(item, entry, session.hero)
    displaced = displaced_slots(session, entry, slot, rules)
    old = [each for place in displaced if (each := session.equipped[place]) is not None]
    worn = {**session.equipped, **dict.fromkeys(displaced), slot: replace(item, position=0)}
    changed = replace(without(session, item.id), equipped=worn)
    for index, each in enumerate(old):
        changed = adding(changed, each, position=item.position if index == 0 else None)
    refitted, _ = refit(changed, rules, operation.at)
    result = EquipResult(item, slot, tuple(old), *health_change(session, refitted))
    return require_room(session, refitted), result


def unequip(
    session: InventorySession, operation: UnequipItem, rules: Rules
) -> tuple[InventorySession, UnequipResult]:
    item = session.equipped[operation.slot]
    if item is None:
        raise SlotEmptyError(operation.slot)
    bare = replace(session, equipped={**session.equipped, operation.slot: None})
    refitted, returned = refit(adding(bare, item), rules, operation.at)
    result = UnequipResult(item, operation.slot, returned, *health_change(session, refitted))
    return require_room(session, refitted), result


def choose_slot(
    session: InventorySession, item: Item, entry: CatalogEntry, wanted: Slot | None, rules: Rules
) -> Slot:
    """The wanted slot if the item fits there; without a wish the first free one, else the first."""
    if wanted is not None and wanted in entry.slots:
        return wanted
    if wanted is not None or not entry.slots:
        raise InvalidSlotError(item.id, wanted, entry.slots)
    free = (slot for slot in entry.slots if not _occupied(session, slot, rules))
    return next(free, entry.slots[0])


def missing_requirements(entry: CatalogEntry, hero: Hero) -> dict[Attribute, Shortfall]:
    has = {Attribute.LEVEL: hero.level, Attribute.STRENGTH: hero.strength}
    needs = {**entry.requirements}
    needs[Attribute.LEVEL] = max(entry.level, needs.get(Attribute.LEVEL, 0))
    return {name: Shortfall(need, has[name]) for name, need in needs.items() if has[name] < need}


def require_met(item: Item, entry: CatalogEntry, hero: Hero) -> None:
    if missing := missing_requirements(entry, hero):
        raise RequirementsNotMetError(item.id, missing)


def refit(session: InventorySession, rules: Rules, at: int) -> tuple[InventorySession, tuple[Item, ...]]:
    """Make quick slots and health fit what is worn, and runs `at` that moment (Unix seconds).

    What no longer fits returns to the backpack.
    """
    count = rules.quick_slot_count(session)
    overflow = tuple(item for item in session.quick_slots[count:] if item is not None)
    if count != len(session.quick_slots):
        padding = (None,) * (count - len(session.quick_slots))
        session = replace(session, quick_slots=session.quick_slots[:count] + padding)
    for item in overflow:
        session = adding(session, item)
    hp = min(session.vitals.hp, rules.max_hp(session, at))
    if hp != session.vitals.hp:
        session = replace(session, vitals=replace(session.vitals, hp=hp))
    return session, overflow


def hands_are_free(session: InventorySession, rules: Rules) -> bool:
    """Whether nothing is in the way of a two-handed weapon."""
    return session.equipped[Slot.OFF_HAND] is None or not _wields_two_handed(session, rules)


def health_change(before: InventorySession, after: InventorySession) -> tuple[int, int]:
    """The hit points left, and what they changed by."""
    return after.vitals.hp, after.vitals.hp - before.vitals.hp


def _occupied(session: InventorySession, slot: Slot, rules: Rules) -> bool:
    taken_by_both_hands = slot is Slot.OFF_HAND and _wields_two_handed(session, rules)
    return session.equipped[slot] is not None or taken_by_both_hands


def _wields_two_handed(session: InventorySession, rules: Rules) -> bool:
    weapon = session.equipped[Slot.MAIN_HAND]
    entry = rules.catalog.get(weapon.base_id) if weapon else None
    return entry is not None and entry.grip is Grip.TWO_HAND


def displaced_slots(
    session: InventorySession, entry: CatalogEntry, slot: Slot, rules: Rules
) -> tuple[Slot, ...]:
    """The slots that must be empty before the item goes into `slot`, that one first."""
    if entry.grip is Grip.TWO_HAND:
        return (Slot.MAIN_HAND, Slot.OFF_HAND)
    if slot is Slot.OFF_HAND and _wields_two_handed(session, rules):
        return (Slot.OFF_HAND, Slot.MAIN_HAND)
    return (slot,)
