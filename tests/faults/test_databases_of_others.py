"""The database at the start: older, newer, another application's, locked, or of a role with few rights."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog.testing import capture_logs

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import bring_up_to_date, downgrade, require_schema
from apps.game_core.adapters.postgres.revisions import VERSION_TABLE
from apps.game_core.errors import StartError
from apps.game_core.modules.inventory.errors import DatabaseDownError
from tools.support.patience import PATIENCE

TAKE_TURNS = "SELECT pg_advisory_xact_lock(7302551)"


@pytest.fixture
async def address(servers: EmbeddedServers, engine: AsyncEngine) -> AsyncIterator[str]:
    """Of a database of its own, without tables."""
    await _say(engine, "CREATE DATABASE edges")
    yield servers.database_url.replace("/postgres?", "/edges?")
    await _say(engine, "DROP DATABASE edges WITH (FORCE)")


async def _say(engine: AsyncEngine, statement: str) -> None:
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text(statement))


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(address)
    yield engine
    await engine.dispose()


async def execute(address: str, *statements: str) -> None:
    async with opened(address) as engine, engine.begin() as connection:
        for statement in statements:
            await connection.execute(sa.text(statement))


async def scalar(address: str, statement: str) -> object:
    async with opened(address) as engine, engine.connect() as connection:
        return await connection.scalar(sa.text(statement))


OTHERS = "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)"


@pytest.mark.parametrize("revision", ["a1b2c3d4e5f6", "0001"])
async def test_fault_62_another_alembic_application_is_left_alone(address: str, revision: str) -> None:
    await execute(address, OTHERS, f"INSERT INTO alembic_version VALUES ('{revision}')")

    await bring_up_to_date(address)
    await bring_up_to_date(address)

    assert await scalar(address, "SELECT version_num FROM alembic_version") == revision
    assert await scalar(address, "SELECT count(*) FROM characters") == 0


async def test_fault_62_a_database_of_an_earlier_release_is_taken_over(address: str) -> None:
    await bring_up_to_date(address)
    async with opened(address) as engine:
        await downgrade(engine, "-1")
    await execute(address, f"ALTER TABLE {VERSION_TABLE} RENAME TO alembic_version")
    before = await scalar(address, "SELECT version_num FROM alembic_version")

    await bring_up_to_date(address)

    after = await scalar(address, f"SELECT version_num FROM {VERSION_TABLE}")
    assert isinstance(before, str)
    assert isinstance(after, str)
    assert after > before
    assert await scalar(address, "SELECT to_regclass('alembic_version')") is None


async def test_fault_62_a_database_of_a_newer_release_is_said_so(address: str) -> None:
    await bring_up_to_date(address)
    await execute(address, f"UPDATE {VERSION_TABLE} SET version_num = '0099'")

    with pytest.raises(StartError, match=r"^DATABASE_URL: the database is of a newer release \(schema 0099,"):
        await bring_up_to_date(address)


async def until_somebody_waits(connection: AsyncConnection) -> None:
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    async with asyncio.timeout(20):
        while not await connection.scalar(waiting):
            await connection.execute(sa.text("SELECT pg_sleep(0.01)"))


async def test_fault_62_a_migration_waits_for_another_as_long_as_it_takes_and_says_so(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than any statement of the game's may take."""
    monkeypatch.setattr(
        "apps.game_core.adapters.postgres.migrate.make_engine",
        lambda url, **given: make_engine(url, timeout=0.2, **given),
    )
    async with opened(address) as engine, engine.connect() as other:
        await other.execute(sa.text(TAKE_TURNS))
        with capture_logs() as logs:
            waiting = asyncio.create_task(bring_up_to_date(address))
            await until_somebody_waits(other)
            # Longer than a statement of the game's may take here: an impatient one would have failed.
            await other.execute(sa.text("SELECT pg_sleep(0.5)"))
            await other.rollback()
            await waiting

    assert [line["event"] for line in logs] == ["another process migrates the database, waiting for it"]


async def test_fault_62_starts_on_a_database_that_is_up_to_date_wait_for_nobody(address: str) -> None:
    await bring_up_to_date(address)
    async with opened(address) as engine, engine.connect() as other:
        await other.execute(sa.text("SELECT pg_advisory_xact_lock_shared(7302551)"))
        async with asyncio.timeout(PATIENCE):
            await bring_up_to_date(address)


async def test_fault_62_a_start_waits_for_the_migration_of_a_newer_release(address: str) -> None:
    await bring_up_to_date(address)
    async with opened(address) as engine, engine.connect() as other:
        await other.execute(sa.text(TAKE_TURNS))
        await other.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '0099'"))
        starting = asyncio.create_task(bring_up_to_date(address))
        await until_somebody_waits(other)
        await other.commit()

        with pytest.raises(StartError, match=r"newer release \(schema 0099,"):
            await starting


async def test_fault_62_a_role_with_few_rights_starts_on_a_database_that_is_up_to_date(
    address: str, engine: AsyncEngine
) -> None:
    await _say(engine, "CREATE ROLE player LOGIN")
    theirs = address.replace("//bot@", "//player@")
    assert theirs != address
    try:
        with pytest.raises(StartError, match=r"^DATABASE_URL: its role may not migrate the database"):
            await bring_up_to_date(theirs)
        await bring_up_to_date(address)
        await execute(address, f"GRANT SELECT ON {VERSION_TABLE} TO player")
        await bring_up_to_date(theirs)
    finally:
        await execute(address, "DROP OWNED BY player")
        await _say(engine, "DROP ROLE player")


async def test_fault_62_readiness_knows_the_schema(address: str) -> None:
    async with opened(address) as engine:
        with pytest.raises(DatabaseDownError):
            await require_schema(engine)  # no tables at all
        await bring_up_to_date(address)
        await require_schema(engine)
        await execute(address, f"UPDATE {VERSION_TABLE} SET version_num = '0099'")
        await require_schema(engine)  # a newer release is being rolled out
        await execute(address, f"UPDATE {VERSION_TABLE} SET version_num = '0001'")
        with pytest.raises(DatabaseDownError, match=r"schema 0001, and .* is needed: run `migrate`"):
            await require_schema(engine)
