"""The campaign in short: real processes die while players tap, and nothing that they were told is lost."""

import random
from pathlib import Path

import pytest

from bot.chaos.campaign import campaign
from bot.chaos.journal import Journal
from bot.chaos.plan import Kind, Persistence, draw_plan
from bot.chaos.verdict import Bound

SEED = 387  # with it, 13 seconds hold a kill of each kind, a paused Redis and rows edited behind sessions
KILLS = {Kind.KILL_BOT, Kind.KILL_WORKER, Kind.KILL_REDIS, Kind.KILL_POSTGRES}


async def test_nothing_acknowledged_is_lost_when_everything_dies(tmp_path: Path) -> None:
    plan = draw_plan(seed=SEED, seconds=13, players=8, persistence=Persistence.AOF)

    report = await campaign(plan, tmp_path)

    assert report.good, "\n".join(report.lines())
    assert report.journal.done.keys() >= {*KILLS, Kind.TOUCH_ROWS}
    assert len(report.journal.acknowledged) >= 10
    assert report.verdict.written == len(report.journal.acknowledged)


def test_a_seed_is_a_schedule() -> None:
    plans = [draw_plan(5, 600, 8, Persistence.AOF) for _ in range(2)]

    assert plans[0] == plans[1] != draw_plan(6, 600, 8, Persistence.AOF)
    assert min(plans[0].planned()[kind] for kind in KILLS) >= 20
    times = [step.at for step in plans[0].steps]
    assert times == sorted(times)


def test_without_memory_postgres_is_left_alone() -> None:
    kinds = draw_plan(random.randrange(1000), 600, 8, Persistence.NONE).planned()

    assert kinds[Kind.KILL_REDIS] >= 20
    assert not kinds.keys() & {Kind.KILL_POSTGRES, Kind.STOP_POSTGRES, Kind.ROLL_BACK_REDIS}


@pytest.mark.parametrize(("death", "seconds"), [(8.5, 3.5), (5.0, 1.5), (10.5, 1.5)])
def test_a_lease_is_excused_only_where_a_worker_had_just_died(death: float, seconds: float) -> None:
    assert Bound(lag=1.5, lease=2.0).allowed(10.0, [death]) == seconds


def test_the_first_time_a_player_is_told_counts() -> None:
    journal = Journal()
    journal.told((1, "op"), 1.0, "done")
    journal.told((1, "op"), 2.0, "done already")

    assert journal.acknowledged == {(1, "op"): 1.0}
    assert [str(entry) for entry in journal.operations[1, "op"]][1] == "   2.00 s  told: done already"
