"""The bench says what it saw: no verdict on work that was not done, and none that the noise decides."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from aiogram import Bot, Dispatcher

from tools.bench import figures, webhook_figure
from tools.bench.baselines import bare_dispatcher
from tools.bench.bench import QUICK, measure
from tools.bench.dialog_baseline import dialog_version
from tools.bench.figures import Finding, Grade
from tools.bench.measuring import NoEffectError, in_turns, spread
from tools.bench.post import Post
from tools.bench.script_figure import benchmark_program
from tools.bench.taps import Foreign, Taps

NOBODY = webhook_figure.Size(players=0, taps=0, repetitions=0)
TINY = replace(
    QUICK,
    players=2,
    each=2,
    taps=4,
    sessions=3,
    large=60,
    repetitions=2,
    starts=0,
    hooked=NOBODY,  # has a test of its own
    kept=4,
)


@pytest.mark.parametrize(
    ("value", "noise", "verdict"),
    [
        (15.0, 0.0, Grade.GOAL),
        (8.0, 0.0, Grade.FLOOR),
        (7.9, 0.0, Grade.MISSED),
        (7.9, 0.3, Grade.UNSURE),
        (8.0, 0.3, Grade.FLOOR),
    ],
)
def test_what_must_be_large(value: float, noise: float, verdict: Grade) -> None:
    assert Finding(figures.EQUIP_CPU, value, noise).verdict is verdict


@pytest.mark.parametrize(("value", "verdict"), [(1, Grade.GOAL), (2, Grade.FLOOR), (3, Grade.MISSED)])
def test_what_must_be_small(value: float, verdict: Grade) -> None:
    assert Finding(figures.TRIPS_VIEW, value).verdict is verdict


def test_a_spread_is_not_an_outlier_s() -> None:
    assert spread([10, 10, 10, 11, 11, 11, 50]) == pytest.approx(1 / 11)


def foreign(dispatcher: Dispatcher) -> Taps:
    post = Post()
    return Foreign(dispatcher, Bot("1:x", session=post), post, lambda _: "x", [1, 2]).block(4)


async def test_a_tap_that_is_answered_and_shown_counts() -> None:
    [spent] = await in_turns([foreign(bare_dispatcher())], 2)

    assert len(spent) == 2
    assert all(each.wall > 0 for each in spent)


async def test_a_tap_that_does_nothing_is_no_figure() -> None:
    dispatcher = Dispatcher()

    @dispatcher.callback_query()
    async def answer(_: object) -> None:
        """Not even an answer."""

    with pytest.raises(NoEffectError, match="4 taps had 0 answers and 0 new menus"):
        await in_turns([foreign(dispatcher)], 1)


async def test_all_figures_are_taken(tmp_path: Path) -> None:
    said: list[str] = []

    report = await measure(TINY, tmp_path, said.append)

    numbers = {each.figure.number for each in report.findings}
    assert numbers - {"P2", "P12"} == {"P1", "P3", "P4", "P5", "P8", "P9", "P10", "P14"}
    assert ("P2" in numbers) is (benchmark_program() is not None)
    assert ("P12" in numbers) is (dialog_version() is not None)
    trips = [each.value for each in report.findings if each.figure.number == "P3"]
    assert trips == [2, 2, 3]  # the state with its data, then the inventory; a load makes it with one more
    assert len(said) == len(report.findings)
    assert all(each.value > 0 for each in report.findings)
    assert len(json.loads(report.as_json())["findings"]) == len(report.findings)
    assert any(each.startswith("P10") for each in report.lines())
