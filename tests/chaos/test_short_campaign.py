"""The campaign in short: real processes die while players tap, and nothing that they were told is lost."""

import random
from collections import Counter
from pathlib import Path

import pytest

from telegram_sandbox.trouble.faults import FaultPlan
from tools.chaos.campaign import campaign
from tools.chaos.faults.between import Telegram
from tools.chaos.faults.targets import Targets
from tools.chaos.journal import Journal, Word
from tools.chaos.nemesis import Nemesis
from tools.chaos.plan import Kind, Persistence, Step, draw_plan
from tools.chaos.report import Report
from tools.chaos.verdict import Judgement

# With it, 13 seconds hold a kill of each kind, a paused Redis, a clock that jumps, and a restore.
SEED = 670
KILLS = {Kind.KILL_BOT, Kind.KILL_WORKER, Kind.KILL_REDIS, Kind.KILL_POSTGRES}
LONGEST_PAUSE = 3.8
OTHERS = {Kind.TOUCH_ROWS, Kind.STEP_CLOCK, Kind.BACK_UP, Kind.RESTORE}


async def test_nothing_acknowledged_is_lost_when_everything_dies(tmp_path: Path) -> None:
    plan = draw_plan(seed=SEED, seconds=13, players=5, persistence=Persistence.AOF)

    report = await campaign(plan, tmp_path)

    assert report.good, "\n".join(report.lines())
    assert report.journal.done.keys() >= {*KILLS, *OTHERS}
    assert report.verdict.written + len(report.verdict.excused) == len(report.journal.words)
    assert len(report.journal.trades) >= plan.least_trades > 0  # a restore takes some of them
    assert report.verdict.tables.settled > 0
    assert report.journal.dealt >= plan.least_deals > 0


def test_a_seed_is_a_schedule() -> None:
    plans = [draw_plan(5, 600, 8, Persistence.AOF) for _ in range(2)]

    assert plans[0] == plans[1] != draw_plan(6, 600, 8, Persistence.AOF)
    assert min(plans[0].planned()[kind] for kind in KILLS) >= 20
    times = [step.at for step in plans[0].steps]
    assert times == sorted(times)


@pytest.mark.parametrize(("seconds", "restores"), [(13, 1), (120, 1), (600, 1), (1200, 2)])
def test_a_restore_comes_once_in_ten_minutes_and_after_its_backup(seconds: float, restores: int) -> None:
    steps = draw_plan(3, seconds, 8, Persistence.AOF).steps
    found = [step.kind for step in steps if step.kind in {Kind.BACK_UP, Kind.RESTORE}]

    assert found == [Kind.BACK_UP, Kind.RESTORE] * restores


@pytest.mark.parametrize(("seconds", "last"), [(13, 12), (299, 298), (300, 449), (1200, 1799)])
def test_faults_go_on_when_a_long_campaign_has_not_shown_enough(seconds: float, last: float) -> None:
    steps = draw_plan(3, seconds, 8, Persistence.AOF).steps

    assert last - LONGEST_PAUSE < steps[-1].at < last


async def test_no_fault_is_begun_when_it_is_over() -> None:
    journal, over = Journal(), iter([False, False, True])
    verbs = Telegram(Targets(journal, lambda: 0.0), FaultPlan()).verbs()
    nemesis = Nemesis(verbs, now=lambda: 0.0)

    await nemesis.run((Step(0.0, Kind.TELEGRAM, 0.0, 1),) * 5, over.__next__)

    assert journal.done == {Kind.TELEGRAM: 2}


def test_without_memory_postgres_is_left_alone() -> None:
    kinds = draw_plan(random.randrange(1000), 600, 8, Persistence.NONE).planned()

    assert kinds[Kind.KILL_REDIS] >= 20
    postgres = {Kind.KILL_POSTGRES, Kind.STOP_POSTGRES, Kind.BACK_UP, Kind.RESTORE}
    assert not kinds.keys() & {*postgres, Kind.ROLL_BACK_REDIS}


@pytest.mark.parametrize(("settled", "good"), [(17, True), (16, False)])
def test_a_campaign_in_which_hardly_anybody_traded_has_not_passed(settled: int, good: bool) -> None:
    plan = draw_plan(1, 60, 8, Persistence.AOF)
    journal = Journal(trades=set(range(settled)), deals=Counter(buy=plan.least_deals))
    for number in range(plan.least):
        journal.told((1, f"tap {number}"), Word(1.0, 2.0, repeated=False), "done")
    report = Report(plan, 60.0, journal, Judgement(plan.least, (), (), ()), Counter())

    assert report.good is good
    assert any("Too few trades were settled" in line for line in report.lines()) is not good


@pytest.mark.parametrize(("told", "good"), [(96, True), (95, False)])
def test_a_campaign_that_acknowledged_too_little_has_not_passed(told: int, good: bool) -> None:
    plan = draw_plan(1, 60, 8, Persistence.AOF)
    journal = Journal(trades=set(range(plan.least_trades)), deals=Counter(buy=plan.least_deals))
    for number in range(told):
        journal.told((1, f"tap {number}"), Word(1.0, 2.0, repeated=False), "done")
    report = Report(plan, 60.0, journal, Judgement(told, (), (), ()), Counter())

    assert report.good is good
    assert any("mean anything: 95 of at least 96" in line for line in report.lines()) is not good
    assert any(line.startswith("Again: python3 run.py chaos --seed 1") for line in report.lines()) is not good


def test_what_was_said_of_a_tap_is_kept_in_order() -> None:
    journal = Journal()
    journal.told((1, "op"), Word(0.5, 1.0, repeated=False), "done")
    journal.told((1, "op"), Word(1.5, 2.0, repeated=True), "done already")

    assert [each.repeated for each in journal.words[1, "op"]] == [False, True]
    assert [str(entry) for entry in journal.operations[1, "op"]][1] == "   2.00 s  told: done already"
