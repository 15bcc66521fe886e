"""What is photographed for the contact sheets: few cases, but every pair of values."""

from itertools import product

from tools.pictures.contact_sheets.cases import LANGUAGES, chosen_cases
from tools.pictures.contact_sheets.extremes import NAMES, SIZES
from tools.pictures.contact_sheets.pairwise import pairwise
from tools.pictures.contact_sheets.subjects import SUBJECTS

MOST_PICTURES = 42


def test_few_pictures_are_taken_the_same_every_time() -> None:
    assert len(chosen_cases()) <= MOST_PICTURES
    assert chosen_cases() == chosen_cases()


def test_every_pair_of_language_number_of_items_and_name_is_there() -> None:
    cases = chosen_cases()
    assert {(case.language, case.size) for case in cases} == set(product(LANGUAGES, SIZES))
    assert {(case.language, case.name) for case in cases} == set(product(LANGUAGES, NAMES))
    assert {(case.size, case.name) for case in cases} == set(product(SIZES, NAMES))


def test_every_screen_is_there_in_each_language_and_with_all_it_tells_apart() -> None:
    for subject in SUBJECTS:
        cases = [case for case in chosen_cases() if case.subject == subject]
        assert {case.language for case in cases} == set(LANGUAGES)
        assert {case.size for case in cases} >= set(subject.sizes)
        assert not subject.named or {case.name for case in cases} == set(NAMES)


def test_a_few_of_many_have_every_pair() -> None:
    every = list(product("ab", "cd", "ef", "gh"))

    def pairs(case: tuple[str, ...]) -> set[tuple[str, str]]:
        return {(one, other) for one, other in product(case, case) if one < other}

    few = pairwise(every, pairs)
    assert set().union(*map(pairs, few)) == set().union(*map(pairs, every))
    assert len(few) <= 6
    assert few == sorted(few)
