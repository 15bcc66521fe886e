"""Putting on a whole set at once."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.errors import InvalidSlotError, ItemNotFoundError
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    InventorySession,
    Item,
    PlacedItem,
    adding,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Told, pieces
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room
from apps.game_core.modules.inventory.inventory.rules.wearing import (
    SLOTS,
    health_change,
    refit,
    require_met,
    worn_deed,
)
from apps.game_core.modules.items.contracts import CatalogEntry, Grip, Slot
from apps.game_core.value import replace

Worn = Mapping[Slot, Item | None]


class WearSetResult(Result):
    """What was put on, by slot, and what was taken off for it, by the slot it left; both as they were before.

    `hp` and `changed` as in `EquipResult`.
    """

    worn: Mapping[Slot, Item]
    taken_off: Mapping[Slot, Item]
    hp: int
    changed: int


class WearSet(Operation[WearSetResult], kw_only=True):
    """Items by the slots they go into, all of them or none; whatever else is worn stays where it can."""

    kind: ClassVar[str] = "wear_set"
    reverts: ClassVar[bool] = True

    items: Mapping[Slot, int]


def wear_set(
    session: InventorySession, operation: WearSet, rules: Rules
) -> tuple[InventorySession, WearSetResult]:
    """What comes off goes slot by slot into places of the backpack that became free, then behind its end."""
    chosen = {slot: _wearable(session, item_id, slot, rules) for slot, item_id in operation.items.items()}
    if len(set(operation.items.values())) < len(operation.items):
        raise ItemNotFoundError(min(operation.items.values()))
    worn = dressed_in(session.equipped, chosen, rules)
    kept = {item.id for item in worn.values() if item}
    off = {slot: item for slot in Slot if (item := session.equipped[slot]) and item.id not in kept}
    places = iter(sorted(item.position for item in session.backpack if item.id in kept))
    left = tuple(item for item in session.backpack if item.id not in kept)
    changed = replace(session, equipped=worn, backpack=left)
    for item in off.values():
        changed = adding(changed, item, position=next(places, None))
    refitted, _ = refit(changed, rules, operation.at)
    result = WearSetResult(chosen, off, *health_change(session, refitted))
    return require_room(session, refitted), result


def dressed_in(equipped: Worn, chosen: Mapping[Slot, Item], rules: Rules) -> dict[Slot, Item | None]:
    """What is worn once the chosen items are; a hand is emptied for a two-handed weapon, or for the other.

    Raises InvalidSlotError for a two-handed weapon that was chosen with something for the other hand.
    """
    moved = {item.id for item in chosen.values()}
    worn = {slot: None if item and item.id in moved else item for slot, item in equipped.items()}
    worn |= {slot: replace(item, position=0) for slot, item in chosen.items()}
    main, off = worn[Slot.MAIN_HAND], worn[Slot.OFF_HAND]
    if main and off and _grip(rules.catalog.get(main.base_id)) is Grip.TWO_HAND:
        if {Slot.MAIN_HAND, Slot.OFF_HAND} <= chosen.keys():
            raise InvalidSlotError(off.id, Slot.OFF_HAND, ())
        worn[Slot.OFF_HAND if Slot.MAIN_HAND in chosen else Slot.MAIN_HAND] = None
    return worn


def _wearable(session: InventorySession, item_id: int, slot: Slot, rules: Rules) -> Item:
    """An item of the backpack, or one that is worn in another slot."""
    worn = {item.id: item for at, item in session.equipped.items() if item and at is not slot}
    item = session.in_backpack(item_id) or worn.get(item_id)
    if item is None:
        raise ItemNotFoundError(item_id)
    entry = rules.entry(item)
    if slot not in entry.slots:
        raise InvalidSlotError(item_id, slot, entry.slots)
    require_met(item, entry, session.hero)
    return item


def _grip(entry: CatalogEntry | None) -> Grip | None:
    return entry.grip if entry else None


def _deed(deed: Deed, operation: WearSet, result: WearSetResult) -> None:
    put_on = {slot: item.id for slot, item in result.worn.items()}
    deed.claim(put_on == dict(operation.items), "other items were put on, or elsewhere, than were asked for")
    left = []
    for item in result.worn.values():
        position = deed.met(item, BACKPACK, *SLOTS)
        if item.id in deed.before and deed.before[item.id].place == BACKPACK:
            left.append(position)
    places = iter(sorted(left))
    for slot, item in result.worn.items():
        deed.put(item, slot.value, 0)
    for slot in filter(result.taken_off.get, Slot):  # in which order they were written, jsonb forgets
        item = result.taken_off[slot]
        deed.met(item, slot.value)
        place = next(places, None)
        deed.put(item, BACKPACK, deed.next_position() if place is None else place)
    deed.out_of_quick_slots()
    worn_deed(deed, result.hp, result.changed)


def _told(result: WearSetResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=pieces(*result.worn.values()), returned=pieces(*result.taken_off.values()))


WEAR_SET = Definition(operation=WearSet, rule=wear_set, deed=_deed, told=_told)
