"""What putting on and taking off did to item rows, by the ledger entry alone."""

from apps.game_core.modules.inventory.inventory.logic.history.deed import Deed, same
from apps.game_core.modules.inventory.inventory.model import BACKPACK
from apps.game_core.modules.inventory.inventory.operations import EquipItem, UnequipItem, WearSet
from apps.game_core.modules.inventory.inventory.results import EquipResult, UnequipResult, WearSetResult
from apps.game_core.modules.items.contracts import Slot

_SLOTS = frozenset(slot.value for slot in Slot)


def equip(deed: Deed, operation: EquipItem, result: EquipResult) -> None:
    deed.claim(operation.item_id == result.item.id, "another item was put on than was asked for")
    deed.claim(operation.slot in (None, result.slot), "it was put on elsewhere than was asked for")
    position = deed.met(result.item, BACKPACK)
    deed.put(result.item, result.slot.value, 0)
    for index, item in enumerate(result.unequipped_items):
        deed.met(item, *_SLOTS)
        if index:
            deed.append(item)
        else:
            deed.put(item, BACKPACK, position)
    deed.out_of_quick_slots()
    _worn(deed, result)


def unequip(deed: Deed, operation: UnequipItem, result: UnequipResult) -> None:
    deed.claim(operation.slot is result.slot, "another slot was emptied than was asked for")
    deed.met(result.item, result.slot.value)
    deed.append(result.item)
    out = deed.out_of_quick_slots()
    deed.claim(
        len(out) == len(result.returned_items) and all(map(same, out, result.returned_items)),
        "other items left the quick slots than in the answer",
    )
    _worn(deed, result)


def wear_set(deed: Deed, operation: WearSet, result: WearSetResult) -> None:
    put_on = {slot: item.id for slot, item in result.worn.items()}
    deed.claim(put_on == dict(operation.items), "other items were put on, or elsewhere, than were asked for")
    left = []
    for item in result.worn.values():
        position = deed.met(item, BACKPACK, *_SLOTS)
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
    _worn(deed, result)


def _worn(deed: Deed, result: EquipResult | UnequipResult | WearSetResult) -> None:
    if result.hp is None:
        deed.sinks = True
        return
    deed.hp_before, deed.hp = result.hp - result.changed, result.hp
    deed.claim(result.changed <= 0, f"wearing healed {result.changed}")
