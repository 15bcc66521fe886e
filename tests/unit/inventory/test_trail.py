"""A trail is what a list of versions and ids would be, kept by unbroken runs."""

from hypothesis import example, given
from hypothesis import strategies as st

from apps.game_core.modules.inventory.inventory.trail import Run, Trail

MOST = 256
STEPS = st.lists(st.integers(1, 3), max_size=20)
"""How many versions after the last one each operation made its own."""


def versions(steps: list[int], start: int) -> list[int]:
    found = [start]
    for step in steps:
        found.append(found[-1] + step)
    return found[1:]


@given(STEPS, st.integers(0, 60))
@example([], 0)
@example([1] * 20, 10)
@example([1, 1, 2, 1], 3)
def test_what_the_database_has_is_left_out(steps: list[int], synced: int) -> None:
    made = [(version, f"op {version}") for version in versions(steps, 5)]

    trail = Trail.of(5, made)

    assert list(trail.made) == made
    assert list(trail.op_ids) == [op_id for _, op_id in made]
    assert trail.unwritten(synced) == Trail.of(5, [each for each in made if each[0] > synced])


@given(STEPS, STEPS)
@example([1] * 3, [1] * (MOST + 3))
@example([1, 3, 1], [1] * (MOST - 1))
@example([2] * (MOST - 1), [2, 1, 1])
def test_one_that_grows_has_the_latest_operations(before: list[int], after: list[int]) -> None:
    made = [(version, f"op {version}") for version in versions([*before, *after], 5)]
    trail = Trail.of(5, made[: len(before)])

    for version, op_id in made[len(before) :]:
        trail = trail.then(version, op_id)

    assert trail == Trail.of(5, made[-MOST:] if after else made)


def test_one_step_makes_little_of_a_long_one_anew() -> None:
    trail = Trail.of(0, [(version, f"op {version}") for version in range(1, MOST + 1)])
    longer = trail.then(MOST + 1, "one more")
    anew = [run for run in longer.runs if all(run is not each for each in trail.runs)]
    assert sum(len(run.op_ids) for run in anew) < MOST / 4


def test_an_unbroken_one_is_one_run() -> None:
    assert Trail(1).then(2, "a").then(3, "b").then(5, "c").runs == (Run(2, ("a", "b")), Run(5, ("c",)))
