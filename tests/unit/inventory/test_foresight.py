"""What changed item files would do to an inventory. The rules themselves are the judge."""

from itertools import islice
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.game_core.modules.inventory.errors import (
    CannotMergeError,
    InvalidSlotError,
    NotConsumableError,
    OperationRefusedError,
    RequirementsNotMetError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.foresight import Affected, Foresight, Oddity
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.foreseeing.comparison import RulesCompared
from apps.game_core.modules.inventory.inventory.logic.foreseeing.foresight import foreseen
from apps.game_core.modules.inventory.inventory.model import Half, InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem
from apps.game_core.modules.inventory.inventory.rules.laying import require_tradable
from apps.game_core.modules.inventory.inventory.rules.quick_slots import MoveToQuickSlot
from apps.game_core.modules.inventory.inventory.rules.stacks import MergeStacks
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem, UnequipItem
from apps.game_core.modules.items.contracts import Attribute, Catalog, CatalogEntry, Grip, ItemType, Slot
from tests.support.altered import replace
from tools.support.bags import bag, item, rules, stamp

NOW = rules()
UNTRADABLE = Oddity.UNTRADABLE


def then(**entries: CatalogEntry | None) -> Rules:
    """Other rules: the shipped items with these in place of those of their names; None: without."""
    kept = {**NOW.catalog.entries, **entries}
    return replace(
        NOW, catalog=Catalog(MappingProxyType({name: each for name, each in kept.items() if each}), "x")
    )


def entry(base_id: str, **changes: object) -> CatalogEntry:
    return replace(NOW.catalog.entries[base_id], **changes)  # type: ignore[arg-type]


def forecast(session: InventorySession, now: Rules, changed: Rules) -> Foresight:
    return foreseen(session, RulesCompared(now, changed, stamp()["at"]))


def only(found: Foresight) -> Affected:
    [piece] = found.pieces
    return piece


def worn(slot: Slot, base_id: str, **more: Item) -> InventorySession:
    others = {Slot(name): each for name, each in more.items()}
    return bag(worn={slot: item(base_id), **others}, level=3, strength=10)


def test_a_kind_that_goes_can_only_be_dropped() -> None:
    session, changed = bag(item("iron_sword")), then(iron_sword=None)
    sword = session.backpack[0]

    assert only(forecast(session, NOW, changed)).oddities == (Oddity.GONE,)
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

    piece = only(forecast(session, NOW, changed))

    assert piece == Affected(sword.id, "iron_sword", 1, "main_hand", (oddity,))
    off, _ = apply(session, UnequipItem(**stamp(), slot=Slot.MAIN_HAND), changed)
    with pytest.raises(error):
        apply(off, EquipItem(**stamp(), item_id=sword.id, slot=Slot.MAIN_HAND), changed)


def test_what_comes_to_need_both_hands_is_misplaced_beside_a_shield_and_so_is_the_shield() -> None:
    alone, both = (
        worn(Slot.MAIN_HAND, "iron_sword"),
        worn(Slot.MAIN_HAND, "iron_sword", off_hand=item("iron_shield")),
    )
    changed = then(iron_sword=entry("iron_sword", grip=Grip.TWO_HAND, slots=(Slot.MAIN_HAND,)))

    assert only(forecast(alone, NOW, changed)).oddities == ()
    found = forecast(both, NOW, changed).pieces
    assert [(piece.place, piece.oddities) for piece in found] == [
        (slot, (Oddity.MISPLACED,)) for slot in ("main_hand", "off_hand")
    ]
    for slot, other in ((Slot.MAIN_HAND, Slot.OFF_HAND), (Slot.OFF_HAND, Slot.MAIN_HAND)):
        off, taken = apply(both, UnequipItem(**stamp(), slot=slot), changed)
        on, _ = apply(off, EquipItem(**stamp(), item_id=taken.item.id, slot=slot), changed)
        assert on.equipped[other] is None


def test_a_shield_that_is_in_the_way_already_is_no_news() -> None:
    session = worn(Slot.MAIN_HAND, "iron_sword", off_hand=item("iron_shield"))
    both_hands = replace(entry("iron_sword"), grip=Grip.TWO_HAND, slots=(Slot.MAIN_HAND,))
    before, after = then(iron_sword=both_hands), then(iron_sword=replace(both_hands, value=10**6))

    assert only(forecast(session, before, after)).place == "main_hand"


def test_what_lies_on_a_table_and_cannot_be_given_any_more_is_told_with_its_trade() -> None:
    session = bag(item("bread", 3), item("bread", 2))
    half = Half(7, 1, until=stamp()["at"] + 1, items=(session.backpack[0],))
    laid, left = (replace(session, half=replace(half, until=half.until - late)) for late in (0, 1))

    for changed in (then(bread=None), then(bread=entry("bread", quest=True))):
        told = [UNTRADABLE in piece.oddities for piece in forecast(laid, NOW, changed).pieces]
        assert told == [True, False]
        with pytest.raises(OperationRefusedError):
            require_tradable(laid, half.items, changed)
    assert [piece.trade for piece in forecast(laid, NOW, changed).pieces] == [7, None]
    assert [piece.trade for piece in forecast(left, NOW, changed).pieces] == [None, None]
    dearer = forecast(replace(laid, backpack=half.items), NOW, then(bread=entry("bread", value=9)))
    assert only(dearer).oddities == ()


def test_what_is_at_hand_and_can_no_longer_be_used_is_misplaced() -> None:
    session = bag(quick={0: item("health_potion", 2)})
    changed = then(health_potion=entry("health_potion", type=ItemType.MATERIAL, effects=()))

    assert only(forecast(session, NOW, changed)).oddities == (Oddity.MISPLACED,)
    carried = bag(item("health_potion", 2))
    with pytest.raises(NotConsumableError):
        apply(carried, MoveToQuickSlot(**stamp(), item_id=carried.backpack[0].id, slot_index=0), changed)


def test_a_stack_that_is_bigger_than_allowed_takes_nothing_more() -> None:
    session = bag(item("bread", 5), item("bread", 1))
    changed = then(bread=entry("bread", max_stack=4))
    big, small = session.backpack

    assert [each.oddities for each in forecast(session, NOW, changed).pieces] == [
        (Oddity.OVERSTACKED,),
        (),
    ]
    with pytest.raises(CannotMergeError):
        apply(session, MergeStacks(**stamp(), item_id=small.id, into_id=big.id), changed)


def test_who_would_carry_too_much_is_told_unless_they_do_already() -> None:
    session = bag(item("bread", 5))
    heavy, heavier = (then(bread=entry("bread", weight=weight)) for weight in (10**6, 10**7))

    assert forecast(session, NOW, heavy).overweight
    assert not forecast(session, heavy, heavier).overweight
    assert not forecast(session, heavy, NOW).overweight


def test_what_leaves_its_quick_slot_with_a_belt_is_named() -> None:
    belt = next(each for each in NOW.catalog if "quick_slots" in each.stats)
    quick = tuple(item("bread") for _ in range(5))
    session = replace(worn(belt.slots[0], belt.base_id, head=item("iron_helmet")), quick_slots=quick)
    session = replace(session, hero=replace(session.hero, level=60, strength=99))
    changed = then(**{belt.base_id: replace(belt, stats={})})

    found = forecast(session, NOW, changed)

    assert NOW.quick_slot_count(session) >= 5
    odd = {piece.item_id: piece.oddities for piece in found.pieces if piece.base_id == "bread"}
    assert odd == {quick[4].id: (Oddity.RETURNED,)}
    assert found.returned == 1
    regeared, _ = apply(session, UnequipItem(**stamp(), slot=Slot.HEAD), changed)
    assert {each.id for each in regeared.backpack if each.base_id == "bread"} == odd.keys()
    assert forecast(session, changed, then(**{belt.base_id: replace(belt, stats={}, value=9)})).returned == 0


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

    found = [piece.item_id for piece in forecast(SOME, NOW, then(**changed)).pieces]

    assert found == [placed.item.id for placed in SOME.placed() if placed.item.base_id in kinds]
