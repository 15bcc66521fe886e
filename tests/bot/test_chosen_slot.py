"""The chosen slot holds from the list to the card to the slot that is worn in, and leads on to the next."""

import pytest
from aiogram.types import InlineKeyboardMarkup

from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.value import replace
from bot.callbacks.buttons import Act, Do, Open, ScreenName, slot_number
from bot.i18n import Translations
from bot.views.screens import Screens
from bot.views.ui import Uis
from tools.support.bags import NOW, bag, item, rules, stamp

OWNER = 1
KINDS = {
    Slot.MAIN_HAND: "steel_sword",
    Slot.OFF_HAND: "steel_sword",
    Slot.HEAD: "iron_helmet",
    Slot.CHEST: "chainmail",
    Slot.LEGS: "chain_leggings",
    Slot.FEET: "sabatons",
    Slot.ACCESSORY_1: "amulet_of_health",
    Slot.ACCESSORY_2: "amulet_of_health",
}
SCREENS = Screens(Uis(Translations({})).of("en"), OWNER)


def reader(session: InventorySession) -> FormattedInventory:
    return FormattedInventory(session, InventoryFormatter(rules(), NOW))


def dressed(*empty: Slot) -> InventorySession:
    """Worn and spare pieces of each kind; these slots are empty."""
    worn = {slot: item(kind) for slot, kind in KINDS.items() if slot not in empty}
    return replace(bag(*(item(kind) for kind in KINDS.values()), worn=worn), rev="f" * 8)


def acts(keyboard: InlineKeyboardMarkup | None, *wanted: Do) -> list[Act]:
    data = [each.callback_data or "" for row in (keyboard or empty()).inline_keyboard for each in row]
    found = [Act.unpack(each) for each in data if each.startswith(Act.__prefix__)]
    return [act for act in found if act.do in wanted]


def opens(keyboard: InlineKeyboardMarkup | None, screen: ScreenName) -> list[Open]:
    data = [each.callback_data or "" for row in (keyboard or empty()).inline_keyboard for each in row]
    found = [Open.unpack(each) for each in data if each.startswith(f"{Open.__prefix__}:")]
    return [open_ for open_ in found if open_.screen is screen]


def empty() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[])


@pytest.mark.parametrize("slot", Slot)
@pytest.mark.parametrize("free", [True, False])
def test_the_chosen_slot_holds_from_the_list_to_the_card_to_wear(slot: Slot, *, free: bool) -> None:
    session = dressed(slot) if free else dressed()
    inventory = reader(session)

    listed = SCREENS.slot(inventory, slot_number(slot))

    spare = {each.id for each in session.backpack}
    at_once = acts(listed.keyboard, Do.EQUIP_CHOSEN)
    cards = [each for each in opens(listed.keyboard, ScreenName.ITEM) if each.item in spare]
    assert (len(at_once), len(cards)) == ((1, 0) if free else (0, 1))
    for open_ in cards:
        assert open_.slot_number == slot_number(slot)
        card = SCREENS.item(inventory, open_.item, 0, slot)
        at_once += acts(card.keyboard, Do.EQUIP, Do.EQUIP_CHOSEN)
        assert [each.slot_number for each in opens(card.keyboard, ScreenName.SLOT)] == [slot_number(slot)]
    [wear] = at_once
    assert (wear.do, wear.slot) == (Do.EQUIP_CHOSEN, slot)
    after, result = apply(session, EquipItem(**stamp(), item_id=wear.item, slot=slot), rules())
    assert after.equipped[slot] == replace(result.item, position=0)
    others = {each: after.equipped[each] for each in Slot if each is not slot}
    assert others == {each: session.equipped[each] for each in Slot if each is not slot}


@pytest.mark.parametrize("slot", Slot)
def test_from_any_slot_one_goes_on_to_the_next(slot: Slot) -> None:
    numbers, number = [], slot_number(slot)
    before = None
    for _ in Slot:
        screen = SCREENS.slot(reader(dressed()), number)
        before, after = opens(screen.keyboard, ScreenName.SLOT)
        assert (
            opens(SCREENS.slot(reader(dressed()), after.slot_number).keyboard, ScreenName.SLOT)[0].slot_number
            == number
        )
        numbers.append(after.slot_number)
        number = after.slot_number

    assert sorted(numbers) == [slot_number(each) for each in Slot]
    assert before is not None
    assert before.slot_number != number


def test_a_card_judges_for_the_slot_that_was_chosen() -> None:
    """A second sword beside the first helps; in its place it changes nothing."""
    session = bag(item("iron_sword"), worn={Slot.MAIN_HAND: item("iron_sword")})
    [sword] = session.backpack

    cards = {slot: reader(session).item(sword.id, slot).comparison for slot in sword_slots()}

    verdicts = {slot: card.verdict.value for slot, card in cards.items() if card}
    assert verdicts == {Slot.MAIN_HAND: "equal", Slot.OFF_HAND: "better"}


def sword_slots() -> tuple[Slot, ...]:
    return rules().catalog.entries["iron_sword"].slots


def test_a_slot_that_an_item_does_not_fit_is_no_choice() -> None:
    """Whatever a button says."""
    session = dressed()
    helmet = next(each for each in session.backpack if each.base_id == "iron_helmet")

    [wear] = acts(SCREENS.item(reader(session), helmet.id, 0, Slot.FEET).keyboard, Do.EQUIP, Do.EQUIP_CHOSEN)

    assert (wear.do, wear.slot) == (Do.EQUIP, Slot.HEAD)


def test_what_would_do_harm_is_not_offered_at_once() -> None:
    session = bag(item("rusty_sword"), item("copper_ring"), worn={Slot.MAIN_HAND: item("battle_axe")})

    for slot in (Slot.MAIN_HAND, Slot.OFF_HAND):
        screen = SCREENS.slot(reader(session), slot_number(slot))
        assert acts(screen.keyboard, Do.EQUIP_CHOSEN) == []


def test_what_makes_no_difference_is_still_better_than_an_empty_slot() -> None:
    session = replace(bag(item("rope_belt")), rev="f" * 8)

    assert acts(SCREENS.slot(reader(session), slot_number(Slot.ACCESSORY_1)).keyboard, Do.EQUIP_CHOSEN)
