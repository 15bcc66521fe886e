"""Mending: what it takes, what it leaves, and that it is taken back whole."""

from collections.abc import Sequence

import pytest

from apps.game_core.modules.inventory.contracts import MendItem, RepairItem
from apps.game_core.modules.inventory.errors import CannotUndoError, ItemNotFoundError
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.history.revert_history import reverting
from apps.game_core.modules.inventory.inventory.logic.history.used_up import used_up
from apps.game_core.modules.inventory.inventory.model import (
    Durability,
    InventorySession,
    Item,
)
from apps.game_core.modules.inventory.inventory.rules.fighting import FightEnd, SettleFight
from apps.game_core.modules.inventory.inventory.rules.mending import MendResult, RepairResult, needs
from apps.game_core.modules.inventory.keeping_errors import NotEnoughError, NothingToMendError
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.items.contracts import ItemType, Slot
from apps.game_core.modules.training.fight import LOOT
from apps.game_core.value import replace
from tests.support.entered import entered
from tools.fights.gear import reader
from tools.support.bags import NOW, bag, item, rules, stamp

WHOLE = Durability(80, 80)


def sword(left: int = 0) -> Item:
    return item("iron_sword", durability=Durability(left, 80))


def mended(session: InventorySession, it: Item) -> tuple[InventorySession, MendResult, LedgerEntry]:
    return entered(session, MendItem(**stamp(), item_id=it.id))


def ores(session: InventorySession) -> Sequence[int]:
    return [each.quantity for each in session.backpack if each.base_id == "iron_ore"]


def test_what_can_be_mended_comes_before_what_cannot_and_what_is_worn_before_the_rest() -> None:
    shields = [item("iron_shield", durability=Durability(0, 80)) for _ in range(8)]
    bow, worn = (item("hunting_bow", durability=Durability(left, 80)) for left in (0, 40))
    session = bag(
        *shields, bow, item("oak_log", 20), worn={Slot.MAIN_HAND: worn, Slot.OFF_HAND: shields.pop()}
    )

    found = reader(session).damaged()

    off_hand = session.equipped[Slot.OFF_HAND]
    assert off_hand is not None
    assert [each.item.id for each in found[:3]] == [worn.id, bow.id, off_hand.id]
    assert [each.able for each in found] == [True] * 2 + [False] * (len(found) - 2)


@pytest.mark.parametrize(
    ("left", "pieces"), [(79, 1), (60, 1), (59, 2), (1, 4), (0, 4), (-5, 4), (-(2**31), 4)]
)
def test_it_takes_a_piece_for_each_twenty_points(left: int, pieces: int) -> None:
    worn = sword(left)
    session = bag(item("iron_ore", 12), worn={Slot.MAIN_HAND: worn})

    after, result, _ = mended(session, worn)

    assert after.equipped[Slot.MAIN_HAND] == replace(worn, durability=WHOLE) == result.item
    assert ores(after) == [12 - pieces]
    assert [(each.quantity, each.remaining_quantity) for each in result.spent] == [(pieces, 12 - pieces)]


@pytest.mark.parametrize(("left", "lacked"), [(79, 1), (0, 80), (-5, 80)])
def test_somebody_else_makes_it_whole_without_materials(left: int, lacked: int) -> None:
    worn, lying = sword(left), sword(left)
    session = bag(lying, worn={Slot.MAIN_HAND: worn})

    for it in (worn, lying):
        session, result, _ = entered(session, RepairItem(**stamp(), item_id=it.id))
        assert result == RepairResult(replace(result.item, durability=WHOLE), lacked)

    assert session.equipped[Slot.MAIN_HAND] == replace(worn, durability=WHOLE)
    assert [each.durability for each in session.backpack] == [WHOLE]


@pytest.mark.parametrize("it", [item("iron_sword", durability=WHOLE), item("bread")])
def test_what_lacks_nothing_is_not_repaired(it: Item) -> None:
    with pytest.raises(NothingToMendError):
        apply(bag(it), RepairItem(**stamp(), item_id=it.id), rules())


def test_what_lies_in_the_backpack_is_mended_there() -> None:
    lying, ore = sword(), item("iron_ore", 4)
    after, _, _ = mended(bag(lying, ore), lying)

    assert [(each.id, each.durability) for each in after.backpack] == [(lying.id, WHOLE)]


def test_small_stacks_and_junk_go_first_and_what_is_locked_stays() -> None:
    stacks = [item("iron_ore", 9), item("iron_ore", 2), item("iron_ore", 1, junk=True)]
    stacks.append(item("iron_ore", 1, locked=True))
    broken = sword()

    after, result, _ = mended(bag(*stacks, broken), broken)

    assert [each.item.id for each in result.spent] == [stacks[2].id, stacks[1].id, stacks[0].id]
    assert ores(after) == [8, 1]


def test_without_enough_nothing_happens_and_what_is_missing_is_said() -> None:
    broken = sword()
    session = bag(broken, item("iron_ore", 3), item("iron_ore", 50, locked=True), item("oak_log", 9))

    with pytest.raises(NotEnoughError) as refused:
        mended(session, broken)

    assert (refused.value.item, refused.value.needed, refused.value.has) == ("Iron Ore", 4, 3)


@pytest.mark.parametrize(
    "whole",
    [
        item("iron_sword", durability=WHOLE),
        item("iron_sword"),
        item("iron_sword", durability=Durability(0, -1)),
        item("copper_ring"),
        item("bread"),
        replace(item("bread"), base_id="no_such_thing", durability=Durability(1, 9)),
    ],
)
def test_what_is_whole_or_cannot_be_mended_costs_nothing(whole: Item) -> None:
    with pytest.raises(NothingToMendError):
        mended(bag(whole, item("iron_ore", 9)), whole)
    with pytest.raises(ItemNotFoundError):
        mended(bag(), whole)


@pytest.mark.parametrize("worn", [True, False])
def test_it_is_taken_back_with_its_materials(worn: bool) -> None:
    broken, ore = sword(-3), item("iron_ore", 4)
    session = bag(ore, worn={Slot.MAIN_HAND: broken}) if worn else bag(ore, broken)
    after, _, entry = mended(session, broken)

    back, _ = apply(after, reverting(entry, NOW + 5), rules())

    assert {each.item.id: each for each in back.placed()} == {each.item.id: each for each in session.placed()}


def test_after_a_fight_it_is_not_taken_back() -> None:
    broken = sword()
    after, _, entry = mended(bag(item("iron_ore", 9), worn={Slot.MAIN_HAND: broken}), broken)
    fought, _ = apply(after, SettleFight(**stamp("2"), end=FightEnd.WON, hurt=0, wear=1), rules())

    with pytest.raises(CannotUndoError):
        apply(fought, reverting(entry, NOW + 5), rules())


def test_materials_are_used_up_by_choice() -> None:
    """A restore does not bring them back."""
    broken, ore = sword(), item("iron_ore", 9)
    _, _, entry = mended(bag(ore, broken), broken)

    used = used_up([entry])

    assert list(used.pieces.values()) == [4]
    assert used.ids == {ore.id}


def test_all_that_wears_out_can_be_mended_with_what_the_dummy_holds() -> None:
    wearing = [entry for entry in rules().catalog if entry.max_durability]
    materials = {entry.mended_with for entry in wearing}

    assert materials <= {line.base_id for line in rules().catalog.loot[LOOT].lines}
    assert {rules().catalog.entries[each or ""].type for each in materials} == {ItemType.MATERIAL}


def test_the_bench_shows_first_what_can_be_paid_and_what_is_worn() -> None:
    worn, lying, scratched = sword(70), sword(0), sword(60)
    whole = item("iron_sword", durability=WHOLE)
    session = bag(scratched, lying, whole, item("iron_ore", 3), worn={Slot.MAIN_HAND: worn})

    shown = reader(session).damaged()

    assert [each.item.id for each in shown] == [worn.id, scratched.id, lying.id]
    assert [(each.needed, each.has, each.able) for each in shown] == [
        (1, 3, True),
        (1, 3, True),
        (4, 3, False),
    ]
    price = needs(lying, rules())
    assert price is not None
    assert (price[0].name, price[1]) == (shown[2].material, shown[2].needed)
