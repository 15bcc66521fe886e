"""The rules of a fight: pure, and the same on every process."""

import random
from dataclasses import replace

import pytest

from apps.game_core.combat import BlowKind, Stats, attack, blow, dummy_hp, fighter_stats, taken
from apps.game_core.modules.items.contracts import Stat
from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from apps.game_core.modules.training.fight import (
    LOOT,
    Exchange,
    Fight,
    FightState,
    Lesson,
    Use,
    after,
    exchange,
    loot_of,
)

SURE = Stats(power=10, spread=0, accuracy=100, crit_chance=0, armor=0, block_chance=0)


def fight(fight_id: str = "f" * 12, *, hp: int = 35, level: int = 1) -> Fight:
    return Fight(fight_id, char_id=1, level=level, dummy_hp=hp)


def won(fight_id: str, level: int = 1) -> Fight:
    return replace(fight(fight_id, level=level), outcome=FightState.WON)


def average(by: Stats, on: Stats) -> float:
    dice = random.Random(1)
    return sum(blow(by, on, dice).damage for _ in range(2_000)) / 2_000


def test_the_same_turn_falls_out_the_same_anywhere() -> None:
    assert exchange(fight(), SURE) == exchange(fight(), SURE)
    assert len({exchange(fight(f"{number:012x}"), SURE) for number in range(20)}) > 1
    assert len({exchange(replace(fight(), turn=turn), SURE) for turn in range(20)}) > 1


def test_a_fallen_dummy_does_not_answer() -> None:
    weak = fight(hp=5)
    turn = exchange(weak, SURE)

    assert turn.damage >= 5
    assert turn.answer is None
    over = after(weak, turn, standing=True)
    assert (over.outcome, over.dummy_hp, over.is_over) == (FightState.WON, 0, True)


def test_a_fighter_who_falls_has_lost() -> None:
    turn = exchange(fight(), replace(SURE, power=1))

    assert after(fight(), turn, standing=False).outcome is FightState.LOST
    assert after(fight(), turn, standing=True).outcome is FightState.GOING_ON


def test_an_item_is_used_instead_of_a_blow() -> None:
    turn = exchange(fight(), SURE, Use("Fireball Scroll", damage=40))

    assert turn == Exchange(None, Use("Fireball Scroll", damage=40), None)


def test_weapons_and_armor_count() -> None:
    bare = fighter_stats({}, armed=False)
    armed = fighter_stats({Stat.POWER: 12, Stat.ACCURACY: 80, Stat.SPREAD: 2}, armed=True)
    armored = replace(bare, armor=30)

    assert average(armed, bare) > 3 * average(bare, bare)
    assert average(armed, armored) < average(armed, bare)
    assert average(armed, replace(bare, block_chance=50)) < average(armed, bare)
    assert average(replace(armed, crit_chance=50), bare) > average(armed, bare)
    assert fighter_stats({Stat.ACCURACY: 160}, armed=True).accuracy < 100


def test_strength_makes_blows_harder() -> None:
    strong, weak = fighter_stats({Stat.STRENGTH: 6}, armed=False), fighter_stats({}, armed=False)

    assert strong.power == weak.power + 3


@pytest.mark.parametrize("points", [-(10**9), -1, 0, 10**9])
def test_whatever_is_worn_a_fight_can_be_fought(points: int) -> None:
    """Affixes are rows, and rows may have been edited."""
    fighter = fighter_stats(dict.fromkeys(Stat, points), armed=True)

    assert blow(fighter, fighter, random.Random(1)).damage >= 0
    assert attack(fighter, 5) > 0
    assert taken(fighter, 5) > 0


@pytest.mark.parametrize(
    ("by", "on", "kind"),
    [
        (replace(SURE, accuracy=0), SURE, BlowKind.MISS),
        (SURE, replace(SURE, block_chance=100), BlowKind.BLOCKED),
        (SURE, SURE, BlowKind.HIT),
        (replace(SURE, crit_chance=100), SURE, BlowKind.CRITICAL),
    ],
)
def test_blows_of_every_kind(by: Stats, on: Stats, kind: BlowKind) -> None:
    assert blow(by, on, random.Random(1)).kind is kind


def test_all_loot_is_in_the_catalog_and_every_kind_is_found() -> None:
    catalog = load_catalog(default_catalog_dir())
    found = {each.base_id for number in range(1_000) if (each := loot_of(won(f"{number:012x}"), catalog))}

    assert found == {
        *(line.base_id for line in catalog.loot[LOOT].lines if line.levels_below is None),
        *(entry.base_id for entry in catalog if entry.slots and entry.level == 1),
    }


def test_some_of_the_gear_is_rolled_and_the_same_fight_rolls_it_the_same() -> None:
    catalog = load_catalog(default_catalog_dir())
    found = [loot_of(won(f"{number:012x}"), catalog) for number in range(1_000)]
    gear = [each for each in found if each and catalog.entries[each.base_id].slots]

    assert 200 < len(gear) < 300
    assert 40 < len([each for each in gear if each.rarity]) < 100
    assert found == [loot_of(won(f"{number:012x}"), catalog) for number in range(1_000)]


def test_a_new_level_always_brings_gear_and_a_lost_fight_else_nothing() -> None:
    catalog = load_catalog(default_catalog_dir())
    lost = [replace(fight(f"{number:012x}"), outcome=FightState.LOST) for number in range(100)]
    found = [loot_of(replace(each, lesson=Lesson(3, 9, 1)), catalog) for each in lost]

    assert {catalog.entries[each.base_id].level for each in found if each} == {6, 7, 8, 9}
    assert None not in found
    assert [loot_of(replace(each, lesson=Lesson(3, 9, 0)), catalog) for each in lost] == [None] * 100


def test_gear_that_a_dummy_holds_suits_the_fighter() -> None:
    catalog = load_catalog(default_catalog_dir())
    for level in (-5, 1, 7, 20, 500):
        loot = [loot_of(won(f"{number:012x}", level), catalog) for number in range(200)]
        entries = [catalog.entries[each.base_id] for each in loot if each]
        levels = {entry.level for entry in entries if entry.slots}
        assert levels <= set(range(level - 3, level + 1)) | {1}


def test_dummies_grow_with_the_fighter() -> None:
    assert dummy_hp(9) > dummy_hp(1) > 0
