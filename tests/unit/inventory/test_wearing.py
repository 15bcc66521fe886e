import pytest

from apps.game_core.modules.inventory.errors import (
    InvalidSlotError,
    InventoryFullError,
    ItemNotFoundError,
    RequirementsNotMetError,
    Shortfall,
    SlotEmptyError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem, UnequipItem
from apps.game_core.modules.items.contracts import Attribute, Slot
from apps.game_core.value import replace
from tools.support.bags import bag, item, rules, stamp


def test_the_first_free_valid_slot_is_chosen() -> None:
    ring, worn = item("copper_ring"), item("copper_ring")
    session = bag(ring, worn={Slot.ACCESSORY_1: worn})

    after, result = apply(session, EquipItem(**stamp(), item_id=ring.id), rules())

    assert result.slot is Slot.ACCESSORY_2
    assert result.unequipped_item is None
    assert after.equipped[Slot.ACCESSORY_1] == worn
    assert after.equipped[Slot.ACCESSORY_2] == ring
    assert after.backpack == ()


def test_with_no_free_slot_the_first_valid_one_is_taken() -> None:
    ring = item("copper_ring")
    worn = {Slot.ACCESSORY_1: item("copper_ring"), Slot.ACCESSORY_2: item("copper_ring")}

    after, result = apply(bag(ring, worn=worn), EquipItem(**stamp(), item_id=ring.id), rules())

    assert result.slot is Slot.ACCESSORY_1
    assert result.unequipped_item == worn[Slot.ACCESSORY_1]
    assert [each.id for each in after.backpack] == [worn[Slot.ACCESSORY_1].id]


def test_the_old_item_takes_the_new_ones_place_in_the_backpack() -> None:
    first, sword, last = item("iron_ore"), item("iron_sword"), item("bread")
    old = item("flaming_longsword")
    session = bag(first, sword, last, worn={Slot.MAIN_HAND: old})

    after, _ = apply(session, EquipItem(**stamp(), item_id=sword.id, slot=Slot.MAIN_HAND), rules())

    assert [each.id for each in after.backpack] == [first.id, old.id, last.id]


def test_a_two_handed_weapon_empties_both_hands() -> None:
    bow, sword, shield = item("hunting_bow"), item("iron_sword"), item("iron_shield")
    session = bag(bow, worn={Slot.MAIN_HAND: sword, Slot.OFF_HAND: shield})

    after, result = apply(session, EquipItem(**stamp(), item_id=bow.id), rules())

    assert after.equipped[Slot.MAIN_HAND] == bow
    assert after.equipped[Slot.OFF_HAND] is None
    assert {each.id for each in after.backpack} == {sword.id, shield.id}
    assert result.unequipped_items == (sword, shield)


def test_a_shield_pushes_a_two_handed_weapon_back() -> None:
    bow, shield = item("hunting_bow"), item("iron_shield")
    session = bag(shield, worn={Slot.MAIN_HAND: bow})

    after, result = apply(session, EquipItem(**stamp(), item_id=shield.id), rules())

    assert after.equipped[Slot.MAIN_HAND] is None
    assert after.equipped[Slot.OFF_HAND] == shield
    assert result.unequipped_item == bow


def test_a_one_handed_weapon_beside_a_two_handed_one_takes_the_main_hand() -> None:
    bow, sword = item("hunting_bow"), item("iron_sword")
    session = bag(sword, worn={Slot.MAIN_HAND: bow})

    after, result = apply(session, EquipItem(**stamp(), item_id=sword.id), rules())

    assert result.slot is Slot.MAIN_HAND
    assert after.equipped[Slot.OFF_HAND] is None


def test_two_hands_that_free_more_than_the_backpack_holds_are_refused() -> None:
    bow, sword, shield = item("hunting_bow"), item("iron_sword"), item("iron_shield")
    session = bag(bow, worn={Slot.MAIN_HAND: sword, Slot.OFF_HAND: shield}, max_slots=1)

    with pytest.raises(InventoryFullError):
        apply(session, EquipItem(**stamp(), item_id=bow.id), rules())


def test_swapping_one_for_one_works_in_a_full_backpack() -> None:
    sword, old = item("iron_sword"), item("flaming_longsword")
    session = bag(sword, worn={Slot.MAIN_HAND: old}, max_slots=1)

    after, _ = apply(session, EquipItem(**stamp(), item_id=sword.id, slot=Slot.MAIN_HAND), rules())

    assert after.equipped[Slot.MAIN_HAND] == sword


def test_a_wrong_slot_is_refused_with_the_valid_ones() -> None:
    helmet = item("leather_helmet")

    with pytest.raises(InvalidSlotError) as caught:
        apply(bag(helmet), EquipItem(**stamp(), item_id=helmet.id, slot=Slot.FEET), rules())

    assert caught.value.valid_slots == (Slot.HEAD,)


def test_what_cannot_be_worn_has_no_valid_slot() -> None:
    ore = item("iron_ore")

    with pytest.raises(InvalidSlotError) as caught:
        apply(bag(ore), EquipItem(**stamp(), item_id=ore.id), rules())

    assert caught.value.valid_slots == ()


def test_missing_requirements_are_named_with_both_numbers() -> None:
    blade = item("dragon_blade")

    with pytest.raises(RequirementsNotMetError) as caught:
        apply(bag(blade, level=3, strength=99), EquipItem(**stamp(), item_id=blade.id), rules())

    assert caught.value.missing == {Attribute.LEVEL: Shortfall(20, 3)}


def test_only_backpack_items_can_be_worn() -> None:
    sword = item("iron_sword")

    with pytest.raises(ItemNotFoundError):
        apply(bag(worn={Slot.MAIN_HAND: sword}), EquipItem(**stamp(), item_id=sword.id), rules())


def test_an_item_that_left_the_catalog_cannot_be_worn() -> None:
    relic = Item(id=9_000_001, base_id="no_longer_there")

    with pytest.raises(UnknownItemError):
        apply(bag(relic), EquipItem(**stamp(), item_id=relic.id), rules())


def test_taking_off_puts_the_item_at_the_end_of_the_backpack() -> None:
    ore, sword = item("iron_ore"), item("iron_sword")

    after, result = apply(
        bag(ore, worn={Slot.MAIN_HAND: sword}), UnequipItem(**stamp(), slot=Slot.MAIN_HAND), rules()
    )

    assert result.item == sword
    assert [each.id for each in after.backpack] == [ore.id, sword.id]


def test_taking_off_nothing_is_refused() -> None:
    with pytest.raises(SlotEmptyError):
        apply(bag(), UnequipItem(**stamp(), slot=Slot.HEAD), rules())


def test_taking_off_into_a_full_backpack_is_refused() -> None:
    session = bag(item("iron_ore"), worn={Slot.MAIN_HAND: item("iron_sword")}, max_slots=1)

    with pytest.raises(InventoryFullError):
        apply(session, UnequipItem(**stamp(), slot=Slot.MAIN_HAND), rules())


def test_a_belt_adds_quick_slots() -> None:
    belt = item("belt_of_pockets")

    after, _ = apply(bag(belt), EquipItem(**stamp(), item_id=belt.id), rules())

    assert after.quick_slots == (None,) * 6


def test_taking_a_belt_off_returns_the_overflow_to_the_backpack() -> None:
    belt, potion = item("belt_of_pockets"), item("health_potion", 3)
    session = replace(bag(worn={Slot.ACCESSORY_1: belt}), quick_slots=(None,) * 5 + (potion,))

    after, result = apply(session, UnequipItem(**stamp(), slot=Slot.ACCESSORY_1), rules())

    assert after.quick_slots == (None,) * 4
    assert [each.id for each in after.backpack] == [belt.id, potion.id]
    assert result.returned_items == (potion,)


def test_the_overflow_of_a_belt_must_fit_into_the_backpack() -> None:
    belt, potion = item("belt_of_pockets"), item("health_potion", 3)
    session = bag(worn={Slot.ACCESSORY_1: belt}, max_slots=1)
    session = replace(session, quick_slots=(None,) * 5 + (potion,))

    with pytest.raises(InventoryFullError):
        apply(session, UnequipItem(**stamp(), slot=Slot.ACCESSORY_1), rules())


def test_health_never_stays_above_what_is_worn_allows() -> None:
    amulet = item("amulet_of_health")
    session = bag(worn={Slot.ACCESSORY_1: amulet}, hp=110)

    after, _ = apply(session, UnequipItem(**stamp(), slot=Slot.ACCESSORY_1), rules())

    assert after.vitals.hp == 100
