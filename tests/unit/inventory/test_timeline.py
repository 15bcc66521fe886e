"""When things happened, by clocks of which some jumped."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.game_core.modules.inventory.history import Edit, History
from apps.game_core.modules.inventory.inventory.logic.history.past import stood_at
from apps.game_core.modules.inventory.inventory.logic.history.timeline import straightened
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem
from tests.support.altered import replace
from tests.support.ledgers import Played
from tools.support.bags import bag, item

NOW, DAY = 10_000, 86_400


@pytest.mark.parametrize(
    ("told", "straight"),
    [
        ([1, 2, 2, 5], [1, 2, 2, 5]),
        ([1, 2, 900, 4, 5], [1, 2, 2, 4, 5]),
        ([1, 2, 3, 0, 5], [1, 2, 3, 3, 5]),
        ([1, 900, 901, 2, 3, 4], [1, 1, 1, 2, 3, 4]),
        ([700, 800, 900, 1, 2, 950], [700, 800, 900, 900, 900, 950]),
        ([900, 2, 3, 4], [2, 2, 3, 4]),
        ([1, 2, NOW + DAY], [1, 2, 2]),
        ([NOW + 1, NOW + 2], [NOW, NOW]),
        ([100, 200, 150], [100, 200, 200]),
        ([100, 40, 110], [100, 100, 110]),
        ([5], [5]),
    ],
    ids=[
        "right",
        "one ahead",
        "one behind",
        "a while ahead, and set right",
        "a while behind",
        "born ahead",
        "later than now",
        "all later than now",
        "who knows: as it came",
        "who knows: as it came, too",
        "newborn",
    ],
)
def test_of_times_that_contradict_each_other_the_fewest_are_passed_over(
    told: Sequence[int], straight: Sequence[int]
) -> None:
    assert straightened(told, NOW) == straight


@given(
    right=st.lists(st.integers(0, NOW), min_size=1, max_size=30).map(sorted),
    wrong=st.dictionaries(st.integers(0, 29), st.integers(-DAY, 2 * DAY), max_size=10),
)
def test_no_more_times_change_than_clocks_were_wrong_and_none_goes_back(
    right: list[int], wrong: dict[int, int]
) -> None:
    told = [wrong.get(index, at) for index, at in enumerate(right)]

    straight = straightened(told, NOW)

    assert straight == sorted(straight)
    assert straight[-1] <= NOW
    changed = [at for at, was in zip(straight, told, strict=True) if at != was]
    assert len(changed) <= len([index for index in wrong if index < len(right)])


def locked_and_unlocked(*clocks: int) -> History:
    """Born at 100; then an operation at each of these times, one after the other."""
    bread = item("bread")
    played = Played(bag(bread))
    for number, at in enumerate(clocks):
        played.do(LockItem(op_id=f"op{number}", at=at, item_id=bread.id, locked=number % 2 == 0))
    return replace(played.history(), born_at=100)


def versions(history: History, *times: int) -> list[int]:
    return [stood_at(history, (), at, NOW).version for at in times]


@pytest.mark.parametrize(
    ("clocks", "seen"),
    [
        ((200, 300, 400), [0, 0, 1, 2, 3, 3]),
        ((200, DAY, 400), [0, 0, 2, 2, 3, 3]),
        ((200, 5_000, 400, 410, 420), [0, 0, 2, 2, 5, 5]),
        ((200, 0, 400), [0, 0, 2, 2, 3, 3]),
        ((200, 300, 5_000, 20, 5_001, 30, 400, 410, 420), [0, 0, 1, 6, 9, 9]),
        ((DAY, 2 * DAY), [0, 2, 2, 2, 2, 2]),
    ],
)
def test_it_stood_as_the_last_version_that_was_made_by_then_left_it(
    clocks: Sequence[int], seen: list[int]
) -> None:
    history = locked_and_unlocked(*clocks)

    assert versions(history, 50, 199, 299, 399, 499, NOW) == seen


def test_an_edit_by_sql_lies_where_its_time_says_between_its_neighbours() -> None:
    """The database's clock is another; where it contradicts theirs it counts as their times allow."""
    history = locked_and_unlocked(200, 300, 400)
    entries = [replace(entry, version=2 * entry.version) for entry in history.ledger]
    edits = tuple(Edit(version, at=at) for version, at in ((1, 0), (3, 250), (5, DAY), (7, 5_000)))
    history = replace(history, ledger=tuple(entries), edits=edits)

    assert versions(history, 99, 100, 199, 249, 250, 399, 400, 4_999, 5_000) == [0, 1, 1, 2, 3, 4, 6, 6, 7]
