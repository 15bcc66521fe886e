"""Migrations lead up, down and up again, and end where the tables are described."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import downgrade, upgrade
from apps.game_core.adapters.postgres.tables import metadata


@pytest.fixture
async def empty(servers: EmbeddedServers) -> AsyncIterator[AsyncEngine]:
    """A database of its own without any tables."""
    admin = make_engine(servers.database_url).execution_options(isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(sa.text("DROP DATABASE IF EXISTS stairway"))
        await connection.execute(sa.text("CREATE DATABASE stairway"))
    made = make_engine(servers.postgres.url("stairway"))
    yield made
    await made.dispose()
    await admin.dispose()


async def test_up_down_and_up_again(empty: AsyncEngine) -> None:
    for revision in ("0001", "0002"):
        await upgrade(empty, revision)
        await downgrade(empty, "base" if revision == "0001" else "0001")
        await upgrade(empty, revision)


async def test_the_tables_are_as_described(empty: AsyncEngine) -> None:
    await upgrade(empty)
    async with empty.connect() as connection:
        found = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    assert found == []


async def test_sql_behind_the_sessions_back_bumps_the_fence(empty: AsyncEngine) -> None:
    await upgrade(empty)
    async with empty.begin() as connection:
        await connection.execute(
            sa.text("INSERT INTO characters (user_id, name, language) VALUES (1, 'A', 'en'), (2, 'B', 'en')")
        )
        await connection.execute(sa.text("INSERT INTO inventories (char_id) VALUES (1), (2)"))
    item = "(id, char_id, base_id, quantity, rarity, acquired_at, place)"
    for statement, versions in (
        (f"INSERT INTO inventory_items {item} VALUES (5, 1, 'bread', 1, 'common', 0, 'backpack')", (1, 0)),
        ("UPDATE inventory_items SET quantity = 2", (3, 0)),
        ("UPDATE inventory_items SET char_id = 2", (4, 1)),
        ("DELETE FROM inventory_items", (4, 2)),
        ("SELECT set_config('inventory.writer', 'session', true)", (4, 2)),
    ):
        async with empty.begin() as connection:
            await connection.execute(sa.text(statement))
        async with empty.connect() as connection:
            rows = await connection.execute(sa.text("SELECT version, rev FROM inventories ORDER BY char_id"))
            found = rows.all()
        assert tuple(row.version for row in found) == versions
        assert found[0].rev.startswith("sql:")
