"""What is made new: whole, or as worn as it was rolled."""

import pytest

from apps.game_core.modules.inventory.errors import (
    InvalidInputError,
    InvalidQuantityError,
    InventoryFullError,
    TooHeavyError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.input_checks import checked
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.model import Durability, Half, InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.adding import MAX_ADD, AddItem, room
from apps.game_core.modules.items.contracts import Stat
from tests.support.altered import replace
from tests.support.entered import entered
from tools.support.bags import NOW, bag, item, rules, stamp

WHOLE = Durability(80, 80)


def made(base_id: str, left: int | None) -> Item:
    add = AddItem(**stamp(), base_id=base_id, quantity=1, durability=left, new_ids=(901,))
    after, _, _ = entered(bag(), add)
    return after.backpack[0]


@pytest.mark.parametrize(
    ("left", "durability"),
    [(None, WHOLE), (0, Durability(0, 80)), (30, Durability(30, 80)), (80, WHOLE), (81, WHOLE)],
)
def test_a_piece_has_as_much_left_as_was_rolled_and_no_more_than_its_kind(
    left: int | None, durability: Durability
) -> None:
    assert made("iron_sword", left).durability == durability
    assert made("iron_sword", left).broken is (left == 0)


@pytest.mark.parametrize("base_id", ["copper_ring", "bread"])
def test_what_never_wears_out_has_nothing_left_to_say(base_id: str) -> None:
    assert made(base_id, 5).durability is None


def test_a_broken_piece_counts_half_from_the_beginning() -> None:
    sword = AddItem(**stamp(), base_id="iron_sword", quantity=1, new_ids=(901,))
    whole, broken = (
        apply(bag(), replace(sword, durability=left), rules())[0].backpack[0] for left in (None, 0)
    )

    points = [rules().item_stat(each, Stat.POWER) for each in (whole, broken)]
    assert points[1] == points[0] // 2


def test_a_worn_piece_does_not_share_a_place_with_whole_ones() -> None:
    """Which an item file may say of gear that it lets stack."""
    catalog = rules().catalog
    stacking = replace(catalog.entries["iron_sword"], max_stack=5)
    by = replace(rules(), catalog=replace(catalog, entries={**catalog.entries, "iron_sword": stacking}))
    session = bag(item("iron_sword", durability=WHOLE), item("iron_sword", durability=Durability(9, 80)))
    add = AddItem(**stamp(), base_id="iron_sword", quantity=2, durability=9, new_ids=(901,))

    after, _ = apply(session, add, by)

    assert [each.quantity for each in after.backpack] == [1, 3]


@pytest.mark.parametrize("durability", [-1, 10_001, 1.5, True, "5"])
def test_what_cannot_be_left_is_not_asked_for(durability: int) -> None:
    with pytest.raises(InvalidInputError):
        checked(AddItem(base_id="iron_sword", quantity=1, durability=durability))


def test_another_wear_is_another_wish() -> None:
    worn = AddItem(base_id="iron_sword", quantity=1, durability=5)

    assert worn.asks_for_the_same_as(replace(worn, new_ids=(7,)))
    assert not worn.asks_for_the_same_as(replace(worn, durability=None))


def laid(stack: Item, until: int) -> InventorySession:
    session = bag(stack, max_slots=3)
    return replace(session, half=Half(5, 1, until, items=session.backpack))


ROOMS = {
    "an empty bag": (bag(max_slots=3), "bread", 60),
    "a stack that is not full": (bag(item("bread", 15), max_slots=3), "bread", 45),
    "a stack of something like it": (bag(item("bread", 15, bound=True), max_slots=3), "bread", 40),
    "what is new is nobody's junk": (bag(item("bread", 15, junk=True), max_slots=3), "bread", 40),
    "a stack on the table": (laid(item("bread", 15), NOW + 1), "bread", 40),
    "a stack that was on the table": (laid(item("bread", 15), NOW), "bread", 45),
    "a full bag": (bag(item("iron_ore"), max_slots=1), "bread", 0),
    "a bag that is too full": (bag(item("iron_ore"), item("iron_ore"), max_slots=1), "bread", 0),
    "too heavy for more": (bag(max_slots=50, strength=0), "knight_plate", 1),
    "all that there may be at once": (bag(max_slots=1_000, strength=10_000), "healing_herb", MAX_ADD),
}


@pytest.mark.parametrize(("session", "base_id", "expected"), ROOMS.values(), ids=ROOMS)
def test_what_there_is_room_for_can_be_added_and_not_a_piece_more(
    session: InventorySession, base_id: str, expected: int
) -> None:
    there_is = room(session, base_id, rules(), NOW)

    add = AddItem(**stamp(), base_id=base_id, quantity=1, new_ids=tuple(range(901, 901 + 1_000)))
    assert there_is == expected
    if there_is:
        apply(session, replace(add, quantity=there_is), rules())
    with pytest.raises((InventoryFullError, TooHeavyError, InvalidQuantityError)):
        apply(session, replace(add, quantity=there_is + 1), rules())


def test_nobody_has_room_for_what_nobody_knows() -> None:
    with pytest.raises(UnknownItemError):
        room(bag(), "no_such_thing", rules(), NOW)
