"""The campaign in short: real processes die while players tap, and nothing that they were told is lost."""

from pathlib import Path

import pytest

from bot.chaos.campaign import campaign
from bot.chaos.plan import Kind, Persistence, draw_plan

KILLS = {Kind.KILL_BOT, Kind.KILL_WORKER, Kind.KILL_REDIS, Kind.KILL_POSTGRES}


async def test_nothing_acknowledged_is_lost_when_everything_dies(tmp_path: Path) -> None:
    plan = draw_plan(seed=SEED, seconds=14, players=8, persistence=Persistence.AOF)
    assert plan.planned().keys() >= KILLS

    report = await campaign(plan, tmp_path)

    assert report.good, "\n".join(report.lines())
    assert report.journal.done.keys() >= KILLS
    assert len(report.journal.acknowledged) >= 20
    assert report.verdict.written == len(report.journal.acknowledged)
