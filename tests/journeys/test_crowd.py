"""Several bot processes behind a balancer without affinity, and players faster than any menu."""

from pathlib import Path

import pytest

from tools.crowd.show import Plan, Report, show


async def test_fault_51_no_429_and_everybody_ends_on_the_true_screen(tmp_path: Path) -> None:
    report = await show(Plan(bots=2, players=12, seconds=4, seed=2), tmp_path)

    assert report.good, "\n".join(report.lines())
    assert report.taps > 50  # on a quiet machine 200 and more
    assert min(report.served) > 20
    assert sum(report.calls.values()) > 100


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (Report(Plan(2, 1, 1, 0), 5, 5, {200: 7, 429: 2}, (3, 2), ()), "9 sends and edits, 2 x 429"),
        (Report(Plan(2, 1, 1, 0), 5, 4, {200: 7}, (3, 2), ()), "5, 4 answered"),
        (Report(Plan(2, 1, 1, 0), 5, 5, {200: 7}, (3, 2), ("user 1",)), "1 of 1 players"),
    ],
)
def test_a_report_that_is_not_good_says_why(report: Report, said: str) -> None:
    assert not report.good
    assert said in "\n".join(report.lines())
