"""The short form of `run.py capacity`: what was acknowledged at any rate is in the ledger."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.capacity.parts import Spent
from tools.capacity.report import Report, Step
from tools.capacity.show import Plan, show
from tools.support.standing import Standing

SHORT = Plan(characters=40, rate=40, seconds=1.0, bots=1, workers=1, pace=0.2)


async def test_all_that_is_acknowledged_is_written_and_in_order(tmp_path: Path) -> None:
    found = await show(SHORT, tmp_path, Standing())

    assert found.wrong == []
    assert found.good
    assert found.in_ledger > SHORT.rate
    assert found.audited == SHORT.characters
    assert [each.offered for each in found.steps] == [10, 20, 30, 40]


def step(offered: float, refused: int = 0, **cores: tuple[float, float]) -> Step:
    """For ten seconds, with so many cores of each part in all and by the busiest process."""
    spent = {name: Spent(10 * everything, 10 * busiest) for name, (everything, busiest) in cores.items()}
    rest = {"loads": 0, "median": 0.01, "p99": 0.02, "backlog": 0, "written": 4_000_000, "log": 2_000_000}
    numbers: dict[str, Any] = {**rest, "taps": int(10 * offered), "refused": refused}
    return Step(offered=offered, seconds=10, spent=spent, **numbers)


def lines(steps: Sequence[Step]) -> str:
    return "\n".join(Report(100, 1, 1, [*steps], acknowledged=1, in_ledger=1).lines())


def test_who_is_busiest_where_it_was_kept_up_with_gives_out_first() -> None:
    told = lines(
        [
            step(100, bots=(0.2, 0.1), masters=(0.3, 0.1), postgres=(0.1, 0.1)),
            step(200, bots=(0.4, 0.2), masters=(0.6, 0.35), postgres=(0.2, 0.2)),
            step(400, 7, bots=(0.5, 0.25), masters=(0.7, 0.4), postgres=(2.0, 1.0)),
        ]
    )

    assert "masters give out first, at 400 taps/s" in told
    assert "4,000 taps/s would take" in told
    assert "bots          12 cores, by 2,000 µs of CPU a tap" in told
    assert "masters       18 cores, by 3,000 µs of CPU a tap" in told


def test_a_change_that_is_not_in_the_ledger_is_no_success() -> None:
    assert Report(1, 1, 1, acknowledged=2, in_ledger=2).good
    assert not Report(1, 1, 1, acknowledged=2, in_ledger=1).good
    assert not Report(1, 1, 1, acknowledged=2, in_ledger=2, wrong=["1 × ItemNotFoundError"]).good


def test_a_rate_that_is_not_reached_says_nothing_of_the_next_tap() -> None:
    late = step(400, bots=(0.5, 0.25), masters=(0.7, 0.4), postgres=(0.1, 0.1))
    good = step(100, bots=(0.2, 0.1), masters=(0.3, 0.1), postgres=(0.1, 0.1))
    behind = Step(**{name: getattr(late, name) for name in Step.__slots__} | {"taps": 3_000})

    assert [each.kept for each in (good, late, behind)] == [True, True, False]
    assert "bots          12 cores, by 2,000 µs of CPU a tap" in lines([good, behind])
