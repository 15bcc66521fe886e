"""What changed item files would do to an inventory. The rules themselves are the judge."""

from dataclasses import replace
from itertools import islice
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.game_core.modules.inventory.errors import (
    CannotMergeError,
    InvalidSlotError,
    NotConsumableError,
    RequirementsNotMetError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.foresight import Affected, Foresight, Oddity
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.foreseeing.foresight import foreseen
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem
from apps.game_core.modules.inventory.inventory.rules.quick_slots import MoveToQuickSlot
from apps.game_core.modules.inventory.inventory.rules.stacks import MergeStacks
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem, UnequipItem
from apps.game_core.modules.items.contracts import Attribute, Catalog, CatalogEntry, Grip, ItemType, Slot
from tools.support.bags import bag, item, rules, stamp

NOW = rules()


def then(**entries: CatalogEntry | None) -> Rules:
    """Other rules: the shipped items with these in place of those of their names; None: without."""
    kept = {**NOW.catalog.entries, **entries}
    return replace(
        NOW, catalog=Catalog(MappingProxyType({name: each for name, each in kept.items() if each}), "x")
    )


def entry(base_id: str, **changes: object) -> CatalogEntry:
    return replace(NOW.catalog.entries[base_id], **changes)  # type: ignore[arg-type]


def only(found: Foresight) -> Affected:
    [piece] = found.pieces
    return piece


def worn(slot: Slot, base_id: str, **more: Item) -> InventorySession:
    others = {Slot(name): each for name, each in more.items()}
    return bag(worn={slot: item(base_id), **others}, level=3, strength=10)


def test_a_kind_that_goes_can_only_be_dropped() -> None:
    session, changed = bag(item("iron_sword")), then(iron_sword=None)
    sword = session.backpack[0]

    assert only(foreseen(session, NOW, changed)).oddities == (Oddity.GONE,)
    with pytest.raises(UnknownItemError):
        apply(session, EquipItem(**stamp(), item_id=sword.id), changed)
    assert apply(session, DropItem(**stamp(), item_id=sword.id), changed)[0].backpack == ()


@pytest.mark.parametrize(
    ("changes", "oddity", "error"),
    [
        ({"level": 4}, Oddity.UNMET, RequirementsNotMetError),
        ({"requirements": {Attribute.STRENGTH: 11}}, Oddity.UNMET, RequirementsNotMetError),
        ({"slots": (Slot.OFF_HAND,)}, Oddity.MISPLACED, InvalidSlotError),
    ],
)
def test_what_is_worn_and_could_not_be_put_on_again_is_named(
    changes: dict[str, object], oddity: Oddity, error: type[Exception]
) -> None:
    session, changed = worn(Slot.MAIN_HAND, "iron_sword"), then(iron_sword=entry("iron_sword", **changes))
    sword = session.equipped[Slot.MAIN_HAND]
    assert sword

    piece = only(foreseen(session, NOW, changed))

    assert piece == Affected(sword.id, "iron_sword", 1, "main_hand", (oddity,))
    off, _ = apply(session, UnequipItem(**stamp(), slot=Slot.MAIN_HAND), changed)
    with pytest.raises(error):
        apply(off, EquipItem(**stamp(), item_id=sword.id, slot=Slot.MAIN_HAND), changed)


def test_what_comes_to_need_both_hands_is_misplaced_beside_a_shield() -> None:
    alone, both = (
        worn(Slot.MAIN_HAND, "iron_sword"),
        worn(Slot.MAIN_HAND, "iron_sword", off_hand=item("iron_shield")),
    )
    changed = then(iron_sword=entry("iron_sword", grip=Grip.TWO_HAND, slots=(Slot.MAIN_HAND,)))

    assert only(foreseen(alone, NOW, changed)).oddities == ()
    assert only(foreseen(both, NOW, changed)).oddities == (Oddity.MISPLACED,)


def test_what_is_at_hand_and_can_no_longer_be_used_is_misplaced() -> None:
    session = bag(quick={0: item("health_potion", 2)})
    changed = then(health_potion=entry("health_potion", type=ItemType.MATERIAL, effects=()))

    assert only(foreseen(session, NOW, changed)).oddities == (Oddity.MISPLACED,)
    carried = bag(item("health_potion", 2))
    with pytest.raises(NotConsumableError):
        apply(carried, MoveToQuickSlot(**stamp(), item_id=carried.backpack[0].id, slot_index=0), changed)


def test_a_stack_that_is_bigger_than_allowed_takes_nothing_more() -> None:
    session = bag(item("bread", 5), item("bread", 1))
    changed = then(bread=entry("bread", max_stack=4))
    big, small = session.backpack

    assert [each.oddities for each in foreseen(session, NOW, changed).pieces] == [
        (Oddity.OVERSTACKED,),
        (),
    ]
    with pytest.raises(CannotMergeError):
        apply(session, MergeStacks(**stamp(), item_id=small.id, into_id=big.id), changed)


def test_who_would_carry_too_much_is_told_unless_they_do_already() -> None:
    session = bag(item("bread", 5))
    heavy, heavier = (then(bread=entry("bread", weight=weight)) for weight in (10**6, 10**7))

    assert foreseen(session, NOW, heavy).overweight
    assert not foreseen(session, heavy, heavier).overweight
    assert not foreseen(session, heavy, NOW).overweight


def test_quick_slots_that_are_in_use_and_go_with_a_belt_are_counted() -> None:
    belt = next(each for each in NOW.catalog if "quick_slots" in each.stats)
    quick = {index: item("bread") for index in range(5)}
    session = replace(worn(belt.slots[0], belt.base_id), quick_slots=tuple(quick.values()))
    session = replace(session, hero=replace(session.hero, level=60, strength=99))

    assert NOW.quick_slot_count(session) >= 5
    assert foreseen(session, NOW, then(**{belt.base_id: replace(belt, stats={})})).returned == 1


KINDS = [*islice(NOW.catalog.entries, 20)]
SOME = bag(
    *map(item, KINDS),
    *map(item, KINDS),
    quick={0: item("health_potion")},
    worn={Slot.HEAD: item("iron_helmet"), Slot.MAIN_HAND: item(KINDS[0])},
)


@given(st.sets(st.sampled_from([*NOW.catalog.entries]), max_size=9), st.booleans())
def test_every_piece_of_a_changed_kind_is_named_once_and_no_other(kinds: set[str], gone: bool) -> None:
    changed = {base_id: None if gone else entry(base_id, value=10**6) for base_id in kinds}

    found = [piece.item_id for piece in foreseen(SOME, NOW, then(**changed)).pieces]

    assert found == [placed.item.id for placed in SOME.placed() if placed.item.base_id in kinds]
