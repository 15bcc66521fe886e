"""What is photographed for the contact sheets: few cases, but every pair of values."""

import ast
import inspect
from itertools import product

import pytest
from click.testing import CliRunner

from bot.callbacks.buttons import ScreenName
from tools.cli.screenshots import screenshots
from tools.pictures.contact_sheets import asked_screens, merchant_screens, subjects
from tools.pictures.contact_sheets.asked_screens import ASKED
from tools.pictures.contact_sheets.cases import LANGUAGES, LOOKED_AT, bags_of, chosen_cases, every_case
from tools.pictures.contact_sheets.extremes import EVERYTHING, GEAR, NAMES, NOTHING, SIZES, bag_of
from tools.pictures.contact_sheets.pairwise import pairwise
from tools.pictures.contact_sheets.subjects import SUBJECTS
from tools.support.bags import rules

MOST_PICTURES = 42


def test_few_pictures_are_taken_the_same_every_time() -> None:
    assert len(chosen_cases()) <= MOST_PICTURES
    assert chosen_cases() == chosen_cases()


def test_every_pair_of_language_number_of_items_and_name_is_there() -> None:
    cases = chosen_cases()
    assert {(case.language, case.size) for case in cases} == set(product(LANGUAGES, SIZES))
    assert {(case.language, case.name) for case in cases} == set(product(LANGUAGES, NAMES))
    assert {(case.size, case.name) for case in cases} == set(product(SIZES, NAMES))
    assert {(case.size, case.gear) for case in cases} == set(product(SIZES, GEAR))


def test_every_screen_is_there_in_each_language_and_with_all_it_tells_apart() -> None:
    chosen = chosen_cases()
    for subject in SUBJECTS:
        cases = [case for case in chosen if case.subject == subject]
        assert {case.language for case in cases} == set(LANGUAGES)
        assert {case.size for case in cases} >= set(subject.sizes)
        assert not subject.named or {case.name for case in cases} == set(NAMES)
        assert not subject.worn or {case.gear for case in cases} == set(GEAR)


def test_whoever_looks_at_all_sees_each_screen_in_each_language_from_nothing_to_a_thousand() -> None:
    seen = {(case.subject.title, case.language, case.size) for case in every_case()}
    without_an_empty_bag = set(product(("item card", "junk", "marking", "confirm many"), LANGUAGES, (0,)))
    everywhere = set(product((subject.title for subject in SUBJECTS), LANGUAGES, LOOKED_AT))
    asked = {(each.title, language, *bags_of(each)) for each, language in product(ASKED, LANGUAGES)}
    assert seen == (everywhere - without_an_empty_bag) | asked
    assert {(case.size > 0, case.gear) for case in every_case()} == {(False, NOTHING), (True, EVERYTHING)}


def test_whoever_looks_at_all_sees_every_screen_that_a_button_opens() -> None:
    by_their_makers = {ScreenName.SLOT, ScreenName.FILL_QUICK_SLOT, ScreenName.CONFIRM_USE_QUICK}
    by_their_makers |= {ScreenName.CONFIRM_DROP, ScreenName.LOBBY, ScreenName.MARKING}
    by_their_makers |= {ScreenName.CHAPTER, ScreenName.KIND, ScreenName.WARE}
    named = {
        ScreenName[node.attr]
        for room in (subjects, asked_screens, merchant_screens)
        for node in ast.walk(ast.parse(inspect.getsource(room)))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "ScreenName"
    }
    assert named | by_their_makers == set(ScreenName)


@pytest.mark.parametrize("size", SIZES)
def test_a_bag_takes_as_many_slots_as_it_should_and_hardly_any_are_alike(size: int) -> None:
    catalog = rules().catalog
    bag = bag_of(catalog, size)
    slots = sum(-(-number // catalog.entries[kind.base_id].max_stack) for kind, number in bag.items())
    assert slots == size
    assert len(bag) == min(size, len(bag_of(catalog, 1000)))


def test_only_sheets_have_a_width() -> None:
    refused = CliRunner().invoke(screenshots, ["--all", "--width", "360", "--out", "."])
    assert refused.exit_code == 2
    assert "--sheets, --every or --trade" in refused.output


def test_a_few_of_many_have_every_pair() -> None:
    every = list(product("ab", "cd", "ef", "gh"))

    def pairs(case: tuple[str, ...]) -> set[tuple[str, str]]:
        return {(one, other) for one, other in product(case, case) if one < other}

    few = pairwise(every, pairs)
    assert set().union(*map(pairs, few)) == set().union(*map(pairs, every))
    assert len(few) <= 6
    assert few == sorted(few)
