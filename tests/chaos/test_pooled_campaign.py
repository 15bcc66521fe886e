"""The campaign behind a pooler, in short: row 61 for a pooler that dies, and for what dies behind it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.engine import make_engine
from tools.chaos.campaign import campaign
from tools.chaos.plan import Kind, Persistence, draw_plan
from tools.chaos.pooler import Pooler, open_pooler
from tools.support.pgbouncer import MISSING, PROGRAM

# With it, 10 seconds hold a death of the pooler, one of PostgreSQL behind it, a cut, a restore, nothing else.
SEED = 970
BEHIND = {Kind.KILL_POOLER, Kind.KILL_POSTGRES, Kind.CUT_POSTGRES, Kind.RESTORE}
POOLER = {Kind.KILL_POOLER, Kind.STOP_POOLER}
needs_pooler = pytest.mark.skipif(not PROGRAM, reason=MISSING)


@pytest.fixture
def pooler(servers: EmbeddedServers) -> Iterator[Pooler]:
    with open_pooler(servers.postgres) as running:
        yield running


async def answer(pooler: Pooler) -> int:
    engine = make_engine(pooler.url)
    async with engine.connect() as connection:
        found = await connection.scalar(sa.text("SELECT 6 * 7"))
    await engine.dispose()
    return int(found or 0)


@needs_pooler
async def test_fault_61_a_pooler_that_was_killed_starts_again(pooler: Pooler) -> None:
    assert await answer(pooler) == 42
    pooler.kill()
    assert pooler.dead
    assert pooler.revive()
    assert await answer(pooler) == 42


@needs_pooler
async def test_fault_61_nothing_acknowledged_is_lost_behind_a_pooler(tmp_path: Path) -> None:
    plan = draw_plan(SEED, seconds=10, players=4, persistence=Persistence.AOF, bots=1, pooled=True)

    report = await campaign(replace(plan, workers=1), tmp_path)

    assert report.good, "\n".join(report.lines())
    assert report.journal.done.keys() >= BEHIND
    assert "behind a pooler" in next(report.lines())
    assert "login attempt" in (tmp_path / "pooler" / "pooler.log").read_text(encoding="utf-8")


def test_a_pooler_dies_only_where_there_is_one() -> None:
    plain = draw_plan(5, 600, 8, Persistence.AOF).planned()
    pooled = draw_plan(5, 600, 8, Persistence.AOF, pooled=True).planned()

    assert not plain.keys() & POOLER
    assert min(pooled[kind] for kind in POOLER) >= 10
    # Without Redis' memory nothing is promised while PostgreSQL cannot be reached.
    assert not draw_plan(5, 600, 8, Persistence.NONE, pooled=True).planned().keys() & POOLER
