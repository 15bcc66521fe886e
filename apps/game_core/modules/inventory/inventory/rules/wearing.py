"""Putting on and taking off, with the two-hand rules and belts."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.errors import (
    InvalidSlotError,
    ItemNotFoundError,
    RequirementsNotMetError,
    Shortfall,
    SlotEmptyError,
)
from apps.game_core.modules.inventory.inventory.limits import ItemId
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    Hero,
    InventorySession,
    Item,
    PlacedItem,
    adding,
    less,
    plus,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed, same
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Told, pieces
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room
from apps.game_core.modules.items.contracts import Attribute, CatalogEntry, Grip, Slot
from apps.game_core.value import replace

SLOTS = frozenset(slot.value for slot in Slot)


class EquipResult(Result):
    """What is worn bears on the most hit points there can be: `hp` are left, after a change by `changed`.

    None: an earlier release answered, which did not say.
    """

    item: Item
    slot: Slot
    unequipped_items: tuple[Item, ...] = ()
    hp: int | None = None
    changed: int = 0

    @property
    def unequipped_item(self) -> Item | None:
        return self.unequipped_items[0] if self.unequipped_items else None


class UnequipResult(Result):
    """`hp` and `changed` as in `EquipResult`."""

    item: Item
    slot: Slot
    returned_items: tuple[Item, ...] = ()
    hp: int | None = None
    changed: int = 0


class EquipItem(Operation[EquipResult], kw_only=True):
    kind: ClassVar[str] = "equip_item"
    reverts: ClassVar[bool] = True

    item_id: ItemId
    slot: Slot | None = None


class UnequipItem(Operation[UnequipResult], kw_only=True):
    kind: ClassVar[str] = "unequip_item"
    reverts: ClassVar[bool] = True

    slot: Slot


def equip(
    session: InventorySession, operation: EquipItem, rules: Rules
) -> tuple[InventorySession, EquipResult]:
    item = session.in_backpack(operation.item_id)
    if item is None:
        raise ItemNotFoundError(operation.item_id)
    entry = rules.entry(item)
    slot = choose_slot(session, item, entry, operation.slot, rules)
    require_met(item, entry, session.hero)
    displaced = displaced_slots(session, entry, slot, rules)
    old = [each for place in displaced if (each := session.equipped[place]) is not None]
    worn = {**session.equipped, **dict.fromkeys(displaced), slot: replace(item, position=0)}
    backpack = less(session.backpack, item.id)
    for index, each in enumerate(old):
        backpack = plus(backpack, each, item.position if index == 0 else None)
    refitted, _ = refit(replace(session, equipped=worn, backpack=backpack), rules, operation.at)
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


def _equip_deed(deed: Deed, operation: EquipItem, result: EquipResult) -> None:
    deed.claim(operation.item_id == result.item.id, "another item was put on than was asked for")
    deed.claim(operation.slot in (None, result.slot), "it was put on elsewhere than was asked for")
    position = deed.met(result.item, BACKPACK)
    deed.put(result.item, result.slot.value, 0)
    for index, item in enumerate(result.unequipped_items):
        deed.met(item, *SLOTS)
        if index:
            deed.append(item)
        else:
            deed.put(item, BACKPACK, position)
    deed.out_of_quick_slots()
    worn_deed(deed, result.hp, result.changed)


def _unequip_deed(deed: Deed, operation: UnequipItem, result: UnequipResult) -> None:
    deed.claim(operation.slot is result.slot, "another slot was emptied than was asked for")
    deed.met(result.item, result.slot.value)
    deed.append(result.item)
    out = deed.out_of_quick_slots()
    deed.claim(
        len(out) == len(result.returned_items) and all(map(same, out, result.returned_items)),
        "other items left the quick slots than in the answer",
    )
    worn_deed(deed, result.hp, result.changed)


def worn_deed(deed: Deed, hp: int | None, changed: int) -> None:
    """Whatever is worn bears on health. None: an earlier release did not say."""
    if hp is None:
        deed.sinks = True
        return
    deed.hp_before, deed.hp = hp - changed, hp
    deed.claim(changed <= 0, f"wearing healed {changed}")


def _equip_told(result: EquipResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=pieces(result.item), slot=result.slot, returned=pieces(*result.unequipped_items))


def _unequip_told(result: UnequipResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=pieces(result.item), slot=result.slot, returned=pieces(*result.returned_items))


EQUIP = Definition(operation=EquipItem, rule=equip, deed=_equip_deed, told=_equip_told)
UNEQUIP = Definition(operation=UnequipItem, rule=unequip, deed=_unequip_deed, told=_unequip_told)
