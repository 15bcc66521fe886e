"""What comes out of a loot table: as often as it says, nothing that could not be, the same for a seed."""

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from apps.game_core.loot import Found, find
from apps.game_core.modules.items.contracts import Catalog, LootLine, LootTable, Rarity, Span, Stat
from apps.game_core.modules.items.shapes import MAX_STATS
from tools.support.bags import rules

TIMES = 1_000


@cache
def shipped() -> Catalog:
    return rules().catalog


def many(table: LootTable, *, level: int = 1, gear: bool = False, times: int = TIMES) -> list[Found]:
    found = [find(table, shipped(), level=level, seed=str(seed), gear=gear) for seed in range(times)]
    return [each for each in found if each]


def test_each_line_is_found_as_often_as_it_weighs() -> None:
    table = LootTable((LootLine(3, "bread"), LootLine(1, "iron_ore"), LootLine(96, "no_such_thing")))

    found = Counter(each.base_id for each in many(table))

    assert found.keys() == {"bread", "iron_ore"}
    assert abs(found["bread"] - TIMES * 3 // 4) < TIMES // 20


def test_every_number_between_the_two_is_found_and_no_other() -> None:
    table = LootTable((LootLine(1, "bread", quantity=Span(2, 4)),))

    assert {each.quantity for each in many(table)} == {2, 3, 4}


def test_the_same_seed_finds_the_same_and_others_find_others() -> None:
    table = shipped().loot["dummy"]

    assert many(table) == many(table)
    assert len({repr(each) for each in many(table)}) > 50


@pytest.mark.parametrize("level", [-5, 1, 7, 20, 500])
def test_gear_is_of_the_finders_level_or_so_many_below(level: int) -> None:
    table = LootTable((LootLine(1, levels_below=2), LootLine(9, "bread")))

    gear = many(table, level=level, gear=True)
    levels = range(max(1, level) - 2, max(1, level) + 1)
    fits = {entry.base_id for entry in shipped() if entry.slots and entry.level in levels}

    assert {each.base_id for each in gear} == (fits or {"bread"})


def test_rarities_come_as_often_as_the_table_says_where_the_kind_is_less() -> None:
    chances = {Rarity.UNCOMMON: 30, Rarity.RARE: 20, Rarity.EPIC: 10}
    table = LootTable((LootLine(1, "iron_helmet"),), chances, {Stat.ARMOR: Span(1, 3)})
    assert shipped().entries["iron_helmet"].rarity is Rarity.UNCOMMON

    found = Counter(each.rarity for each in many(table))

    assert found.keys() == {None, Rarity.RARE, Rarity.EPIC}
    for rarity, percent in ((None, 70), (Rarity.RARE, 20), (Rarity.EPIC, 10)):
        assert abs(found[rarity] - TIMES * percent // 100) < TIMES // 20


def test_an_affix_comes_with_each_step_on_stats_that_the_kind_has() -> None:
    affixes = {stat: Span(2, 4) for stat in (Stat.ARMOR, Stat.MAX_HP, Stat.CRIT_CHANCE, Stat.POWER)}
    hat = LootTable((LootLine(1, "wizard_hat"),), {Rarity.EPIC: 50, Rarity.LEGENDARY: 50}, affixes)
    assert shipped().entries["wizard_hat"].rarity is Rarity.RARE

    found = many(hat)

    steps = {Rarity.EPIC: 1, Rarity.LEGENDARY: 2}
    assert all(each.rarity and len(each.affixes) == steps[each.rarity] for each in found)
    assert {stat for each in found for stat in each.affixes} == {Stat.ARMOR, Stat.MAX_HP, Stat.CRIT_CHANCE}
    assert {points for each in found for points in each.affixes.values()} == {2, 3, 4}


@pytest.mark.parametrize("base_id", ["bread", "rope_belt"])
def test_what_no_affix_suits_stays_as_its_kind(base_id: str) -> None:
    table = replace(shipped().loot["dummy"], lines=(LootLine(1, base_id),), rarity={Rarity.EPIC: 100})

    assert {repr(each) for each in many(table)} == {repr(Found(base_id, 1))}


@pytest.mark.parametrize("level", [1, 5, 12, 20])
def test_nothing_is_found_that_an_item_file_might_not_say(level: int) -> None:
    for each in many(shipped().loot["dummy"], level=level):
        entry = shipped().entries[each.base_id]
        assert each.quantity <= entry.max_stack
        assert (each.rarity is None) == (not each.affixes)
        assert each.rarity is None or each.rarity.rank > entry.rarity.rank
        assert all(entry.stats[stat] + points <= MAX_STATS[stat] for stat, points in each.affixes.items())


def test_of_a_table_that_the_catalog_does_not_know_nothing_is_found() -> None:
    table = LootTable((LootLine(1, "no_such_thing"), LootLine(1, levels_below=0)))

    assert find(table, replace(shipped(), entries={}), level=1, seed="") is None


def test_what_is_found_worn_has_so_many_percent_left_of_what_its_kind_has() -> None:
    worn = LootTable((LootLine(1, "iron_helmet", durability=Span(20, 60)),))
    assert shipped().entries["iron_helmet"].max_durability == 100

    found = many(worn)

    assert {each.durability for each in found} == set(range(20, 61))
    assert found[:100] == many(worn, times=100)


@pytest.mark.parametrize(("percent", "left"), [(0, 0), (1, 1), (50, 2), (100, 3)])
def test_only_nothing_left_is_broken(percent: int, left: int) -> None:
    brittle = replace(shipped().entries["iron_helmet"], max_durability=3)
    catalog = replace(shipped(), entries={"iron_helmet": brittle})
    table = LootTable((LootLine(1, "iron_helmet", durability=Span(percent, percent)),))

    assert find(table, catalog, level=1, seed="") == Found("iron_helmet", 1, durability=left)


def test_worn_or_whole_the_same_seed_finds_the_same_of_it() -> None:
    """The wear is thrown last: a line that says it changes nothing else."""
    table = replace(shipped().loot["dummy"], lines=(LootLine(1, levels_below=3),))
    worn = replace(table, lines=(LootLine(1, levels_below=3, durability=Span(0, 99)),))

    whole, found = many(table, level=9, times=200), many(worn, level=9, times=200)

    wearing = {each.base_id for each in found if each.durability is not None}
    assert [replace(each, durability=None) for each in found] == whole
    assert wearing == {each.base_id for each in found if shipped().entries[each.base_id].max_durability}


def test_where_gear_is_promised_it_is_whole() -> None:
    lines = (LootLine(9, levels_below=0, durability=Span(0, 0)), LootLine(1, levels_below=0))

    assert {each.durability for each in many(LootTable(lines), gear=True, times=100)} == {None}
    assert {each.durability for each in many(LootTable(lines[:1]), gear=True, times=100)} == {0, None}
