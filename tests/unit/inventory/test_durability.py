"""Gear wears down in fights; what is broken counts half, and says so wherever it is judged."""

import pytest

from apps.game_core import combat
from apps.game_core.modules.inventory.contracts import FightEnd, SettleFight, Verdict
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.model import Durability, InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.fighting import FightResult
from apps.game_core.modules.items.contracts import Slot, Stat
from apps.game_core.value import replace
from tools.fights.gear import reader
from tools.support.bags import bag, item, rules, stamp

WHOLE, BROKEN = Durability(80, 80), Durability(0, 80)


def fought(session: InventorySession, wear: int) -> tuple[InventorySession, FightResult]:
    return apply(session, SettleFight(**stamp(), end=FightEnd.WON, hurt=0, wear=wear), rules())


def sword(durability: Durability | None) -> Item:
    return item("iron_sword", durability=durability)


def test_what_is_worn_loses_durability_and_nothing_else_does() -> None:
    worn, carried, ring = sword(WHOLE), sword(WHOLE), item("copper_ring")
    session = bag(carried, worn={Slot.MAIN_HAND: worn, Slot.ACCESSORY_1: ring})

    after, result = fought(session, 5)

    assert after.equipped[Slot.MAIN_HAND] == replace(worn, durability=Durability(75, 80))
    assert (after.equipped[Slot.ACCESSORY_1], after.backpack) == (ring, session.backpack)
    assert result.worn == {Slot.MAIN_HAND: after.equipped[Slot.MAIN_HAND]}


@pytest.mark.parametrize(("before", "left"), [(80, 75), (5, 0), (3, 0), (0, 0), (-7, -7)])
def test_nothing_is_worse_than_broken(before: int, left: int) -> None:
    after, result = fought(bag(worn={Slot.MAIN_HAND: sword(Durability(before, 80))}), 5)

    now = after.equipped[Slot.MAIN_HAND]
    assert now is not None
    assert now.durability == Durability(left, 80)
    assert bool(result.worn) is (before != left)
    assert now.durability.left == max(0, left)


@pytest.mark.parametrize("durability", [BROKEN, Durability(-(2**31), 80), Durability(0, 0)])
def test_what_is_broken_counts_half(durability: Durability) -> None:
    armor = item("dragonscale_armor")
    whole = bag(worn={Slot.CHEST: armor}, level=20, strength=30)
    broken = bag(worn={Slot.CHEST: replace(armor, durability=durability)}, level=20, strength=30)
    figures, less = reader(whole).view().figures, reader(broken).view().figures

    assert (less.armor, less.max_hp) == (figures.armor // 2, 100 + 35 // 2)
    assert less.taken > figures.taken
    assert less.worth < figures.worth


def test_a_blow_that_breaks_armor_takes_the_health_it_lent() -> None:
    armor = item("dragonscale_armor", durability=Durability(2, 220))
    session = bag(worn={Slot.CHEST: armor}, level=20, strength=30, hp=135)

    after, result = fought(session, 4)

    assert (after.vitals.hp, result.hp, result.changed) == (117, 117, -18)


def test_accuracy_and_quick_slots_stay() -> None:
    assert rules().item_stat(sword(BROKEN), Stat.ACCURACY) == rules().item_stat(sword(WHOLE), Stat.ACCURACY)
    belt = item("champion_belt", durability=BROKEN)
    assert rules().item_stat(belt, Stat.QUICK_SLOTS) == 3
    cursed = replace(sword(BROKEN), affixes={Stat.ARMOR: -4})
    assert rules().item_stat(cursed, Stat.ARMOR) == -4


def test_a_whole_piece_is_better_than_the_same_one_broken() -> None:
    """The cards, the rows and the best set agree; both are remembered apart."""
    spare = sword(WHOLE)
    session = bag(spare, sword(BROKEN), worn={Slot.MAIN_HAND: sword(BROKEN)})
    seen = reader(session)

    verdicts = [row.verdict for row in seen.view().backpack]
    assert verdicts[0] is Verdict.BETTER
    assert seen.item(spare.id, Slot.MAIN_HAND).comparison is not None
    assert spare.id in {each.id for each in seen.best_set().items.values()}
    assert [row.broken for row in seen.view().backpack] == [False, True]


def test_the_longer_a_fight_the_more_it_wears() -> None:
    assert [combat.wear(turns) for turns in (0, 1, 4, 5, 40)] == [0, 1, 1, 2, 10]
