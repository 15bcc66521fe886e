"""The role that `DATABASE_URL` names may not write, or its server takes no writes just now."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from apps.game_core.adapters.monitoring import answers
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.rights import check_database, require_writes
from apps.game_core.container import open_core
from apps.game_core.errors import StartError
from apps.game_core.modules.inventory.errors import DatabaseDownError
from apps.game_core.settings import CoreSettings
from bot.process.working import run_worker

MAY = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO player"


@pytest.fixture
async def theirs(settings: CoreSettings, database: AsyncEngine) -> AsyncIterator[CoreSettings]:
    """Settings of a role without any right but to look at the tables."""
    await _say(database, "CREATE ROLE player LOGIN", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO player")
    address = settings.database_url.replace("//bot@", "//player@")
    assert address != settings.database_url
    yield settings.model_copy(update={"database_url": address})
    await _say(database, "DROP OWNED BY player", "DROP ROLE player")


async def _say(engine: AsyncEngine, *statements: str) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(sa.text(statement))


async def test_fault_62_a_worker_of_a_role_that_only_looks_does_not_start(theirs: CoreSettings) -> None:
    with pytest.raises(StartError, match=r"^DATABASE_URL: its role may not write characters, invent"):
        await asyncio.wait_for(run_worker(theirs), 20)


@pytest.mark.parametrize(
    ("right", "table"),
    [
        ("INSERT", "inventory_operations"),
        ("UPDATE", "inventories"),
        ("DELETE", "inventory_items"),
        ("SELECT", "characters"),
    ],
)
async def test_fault_62_each_right_is_asked_for(
    theirs: CoreSettings, database: AsyncEngine, right: str, table: str
) -> None:
    engine = make_engine(theirs.database_url)
    try:
        await _say(database, MAY)
        await check_database(engine)
        await _say(database, f"REVOKE {right} ON {table} FROM player")
        with pytest.raises(StartError, match=rf"may not write {table}: docs/least-rights\.md"):
            await check_database(engine)
    finally:
        await engine.dispose()


async def test_fault_62_readiness_knows_the_role(theirs: CoreSettings, database: AsyncEngine) -> None:
    async with open_core(theirs) as core:
        assert not await answers(core.probes["postgres"])
        await _say(database, MAY)
        assert await answers(core.probes["postgres"])


@pytest.fixture
def read_only(settings: CoreSettings) -> CoreSettings:
    """The database as a standby shows it: it answers, and takes nothing."""
    address = settings.database_url
    option = "options=-c%20default_transaction_read_only%3Don"
    return settings.model_copy(update={"database_url": f"{address}{'&' if '?' in address else '?'}{option}"})


async def test_a_database_that_takes_no_writes_is_not_ready(read_only: CoreSettings) -> None:
    """It may be a standby that is about to be promoted: the game starts, degraded, and says so."""
    engine = make_engine(read_only.database_url)
    try:
        with pytest.raises(DatabaseDownError, match="the server takes no writes"):
            await require_writes(engine)
        with capture_logs() as logs:
            await check_database(engine)
        assert [line["event"] for line in logs] == ["postgres is away, not checked"]
    finally:
        await engine.dispose()
    async with open_core(read_only) as core:
        ready = {name: await answers(probe) for name, probe in core.probes.items()}
    assert ready == {"redis": True, "eviction": True, "postgres": False, "schema": True}


@pytest.mark.parametrize(
    ("is_now", "said"),
    [
        ("/nowhere?", r"^DATABASE_URL: [^\n]*nowhere[^\n]*$"),
        ("nobody@/", r"^DATABASE_URL: [^\n]*nobody[^\n]*$"),
    ],
)
async def test_fault_62_a_server_that_refuses_us_is_no_server_that_is_away(
    settings: CoreSettings, is_now: str, said: str
) -> None:
    was = "/postgres?" if "nowhere" in is_now else "bot@/"
    assert was in settings.database_url
    engine = make_engine(settings.database_url.replace(was, is_now))

    with pytest.raises(StartError, match=said):
        await check_database(engine)

    await engine.dispose()
