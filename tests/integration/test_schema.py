"""Migrations go up and down, match the tables in code, and the constraints hold."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.alembic_steps import config
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import downgrade, steps, upgrade
from apps.game_core.adapters.postgres.module_tables import metadata
from apps.game_core.adapters.postgres.revisions import VERSION_TABLE, known, newest
from tests.support.world import World


@pytest.fixture
async def empty(servers: EmbeddedServers, engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """A database of its own, without tables."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text("CREATE DATABASE stairway"))
    made = make_engine(servers.database_url.replace("/postgres?", "/stairway?"))
    yield made
    await made.dispose()
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text("DROP DATABASE stairway"))


async def test_every_migration_goes_up_down_and_up_again(empty: AsyncEngine) -> None:
    async with empty.connect() as connection:
        scripts = await connection.run_sync(lambda sync: ScriptDirectory.from_config(config(sync)))
    revisions = [script.revision for script in scripts.walk_revisions()][::-1]
    for revision in revisions:
        await upgrade(empty, revision)
        await downgrade(empty, "-1")
        await upgrade(empty, revision)
    await downgrade(empty, "base")

    async with empty.connect() as connection:
        left = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
    assert left == [VERSION_TABLE]


def test_the_files_of_the_steps_say_what_alembic_says() -> None:
    scripts = ScriptDirectory.from_config(config())

    assert known() == {script.revision for script in scripts.walk_revisions()}
    assert newest() == scripts.get_current_head()


async def test_each_step_is_told(empty: AsyncEngine) -> None:
    behind = list[int]()
    await upgrade(empty, reached=behind.append)
    assert behind == list(range(1, steps() + 1))

    await upgrade(empty, reached=behind.append)
    assert len(behind) == steps(), "there is nothing more to do"


# SQLAlchemy stumbles over a check that is NOT VALID.
@pytest.mark.filterwarnings("ignore:Can't validate argument 'dialect_options'")
async def test_migrations_end_where_the_code_stands(empty: AsyncEngine) -> None:
    await upgrade(empty)

    async with empty.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"version_table": VERSION_TABLE}), metadata
            )
        )
    assert differences == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("quantity", 0), ("quantity", -1), ("quantity", 10_001), ("place", "'pocket'"), ("char_id", 404)],
)
async def test_rows_that_make_no_sense_are_refused(world: World, column: str, value: object) -> None:
    await world.character()

    with pytest.raises(IntegrityError):
        await world.execute(f"UPDATE inventory_items SET {column} = {value}")


async def test_two_items_cannot_be_in_one_place(world: World) -> None:
    await world.character()

    with pytest.raises(IntegrityError):
        await world.execute("UPDATE inventory_items SET place = 'head', position = 0")
