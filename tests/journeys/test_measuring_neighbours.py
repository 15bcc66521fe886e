"""The measurement in short, on real processes: that it runs and what it does. Times are not for tests."""

import asyncio
import re

import pytest
from click.testing import CliRunner

from telegram_sandbox.bots.calls import CallRecord
from tools.cli.main import cli
from tools.neighbours.load import Sample, kept_waiting
from tools.neighbours.report import GOAL, Comparison, Report, percentile
from tools.neighbours.scene import How


async def test_the_short_form_taps_and_finds_every_change(monkeypatch: pytest.MonkeyPatch) -> None:
    # Logs set up here would keep the runner's streams, which are closed after each command.
    monkeypatch.setattr("tools.cli.neighbours.set_up_logs", lambda _: None)

    ran = await asyncio.to_thread(CliRunner().invoke, cli, ["neighbours", "--quick"])

    assert ran.exit_code == 0, ran.output
    assert "By polling:" in ran.output
    assert "By webhook:" in ran.output
    late = [int(found) for found in re.findall(r" 0 unanswered, (\d+) answers taken late", ran.output)]
    assert max(late) > 0, ran.output


def test_an_answer_is_late_though_its_wait_ended_early() -> None:
    def call(tap: str, milliseconds: float, method: str = "answerCallbackQuery") -> CallRecord:
        return CallRecord(1, 1000, method, {"callback_query_id": tap}, 200, b"{}", milliseconds)

    calls = [call("7", 3.2), call("8", 2_741.0), call("9", 3_000.1), call("10", 3_000.0, "sendMessage")]
    assert kept_waiting(calls) == {"8", "9"}


def sample(*latencies: float, taps: int | None = None, delayed: int = 0) -> Sample:
    return Sample(
        taps=len(latencies) + delayed if taps is None else taps, latencies=list(latencies), delayed=delayed
    )


def comparison(alone: float, beside: float) -> Comparison:
    return Comparison(How.POLLING, [sample(alone)] * 3, [sample(beside), sample(beside), sample(1e9)])


def test_the_slowest_hundredth() -> None:
    assert percentile(range(1, 101), 99) == 99
    assert percentile(range(1, 101), 50) == 50
    assert percentile([7], 99) == 7


@pytest.mark.parametrize(("beside", "good"), [(10 * GOAL, True), (10 * GOAL + 1, False)])
def test_the_goal_is_met_or_missed_by_each_way(beside: float, good: bool) -> None:
    ways = [comparison(10, 10), comparison(10, beside)]
    assert Report(ways, told=5, written=5).good is good


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (Report([comparison(10, 10)], told=5, written=4), "a change is lost"),
        (Report([comparison(10, 10)], told=0, written=0), "nobody changed anything"),
        (
            Report([Comparison(How.POLLING, [sample(1, taps=2)], [sample(1)])], told=5, written=5),
            "a tap was not answered",
        ),
    ],
)
def test_quick_but_wrong_is_not_good(report: Report, why: str) -> None:
    assert not report.good, why
