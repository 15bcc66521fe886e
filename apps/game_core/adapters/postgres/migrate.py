"""Schema migrations: whoever comes first brings the database up to date, and others wait."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from apps.game_core.adapters.postgres.engine import database_errors, make_engine
from apps.game_core.adapters.postgres.revisions import VERSION_TABLE, Reached, has, known, newest, present
from apps.game_core.errors import StartError
from apps.game_core.modules.inventory.errors import DatabaseDownError

log = structlog.get_logger(__name__)

_USUAL_TABLE = "alembic_version"
_OF_EARLIER = (_USUAL_TABLE, "inventories")
# Any fixed number: two processes that start together take turns.
_ADVISORY_LOCK = 7_302_551
_NO_RIGHTS = "42501"


def steps() -> int:
    """So many lead from an empty database to what this release needs."""
    return len(known())


async def bring_up_to_date(url: str, reached: Reached | None = None) -> None:
    """Migrate the database at the address, however long a step or another process's lock takes.

    Raises StartError for a database of a newer release or without the rights for it, and the core's errors
    for one that is away.
    """
    engine = make_engine(url, pool_size=1, patient=True)
    try:
        with database_errors(), _rights_explained():
            await upgrade(engine, reached=reached)
    finally:
        await engine.dispose()


async def require_schema(engine: AsyncEngine) -> None:
    """Raises InventoryUnavailableError unless the database is as this release needs it, or of a newer one."""
    statement = sa.text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - ours
    with database_errors():
        async with engine.connect() as connection:
            found = await connection.scalar(statement)
    if found in known() and found != newest():
        raise DatabaseDownError(f"schema {found}, and {newest()} is needed: run `migrate`")


@contextmanager
def _rights_explained() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _NO_RIGHTS:
            raise
        raise StartError(
            f"DATABASE_URL: its role may not migrate the database ({error.orig}): run `migrate` as the owner"
            " of the tables; bots and workers need no such rights afterwards"
        ) from error


async def upgrade(engine: AsyncEngine, revision: str = "head", reached: Reached | None = None) -> None:
    """Raises StartError for a database of a newer release. On one that is up to date none waits."""
    async with engine.begin() as connection:
        # Who migrates meanwhile may be of a newer release.
        free = await connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock_shared(_ADVISORY_LOCK)))
        there = await connection.run_sync(present)
    if free and _is_reached(revision, there):
        return
    await _build_beforehand(engine, revision, there)
    await _run(engine, lambda connection: _upgrade(connection, revision, reached))


async def downgrade(engine: AsyncEngine, revision: str = "base") -> None:
    from apps.game_core.adapters.postgres.alembic_steps import go_down  # noqa: PLC0415 - see `_upgrade`

    await _run(engine, lambda connection: go_down(connection, revision))


async def _build_beforehand(engine: AsyncEngine, revision: str, there: set[str]) -> None:
    """Indexes that the next step wants, while others write. What does not come of it the step does itself."""
    if not there or there - known():
        return
    from apps.game_core.adapters.postgres.alembic_steps import beforehand  # noqa: PLC0415 - see `_upgrade`

    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in beforehand(revision, there):
            try:
                await connection.execute(sa.text(statement))
            except DBAPIError as error:
                log.info("an index could not be built beforehand", error=str(error.orig))


async def _run(engine: AsyncEngine, step: Callable[[sa.Connection], None]) -> None:
    async with engine.begin() as connection:
        await _take_turns(connection)
        await connection.run_sync(_adopt)
        await connection.run_sync(_require_known)
        await connection.run_sync(step)


def _upgrade(connection: sa.Connection, revision: str, reached: Reached | None) -> None:
    # Alembic, and with it every step, takes a tenth of a start to find that there is nothing to do.
    if not _is_reached(revision, present(connection)):
        from apps.game_core.adapters.postgres.alembic_steps import go_up  # noqa: PLC0415

        go_up(connection, revision, reached)


def _is_reached(revision: str, there: set[str]) -> bool:
    return revision == "head" and there == {newest()}


async def _take_turns(connection: AsyncConnection) -> None:
    if not await connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_ADVISORY_LOCK))):
        log.info("another process migrates the database, waiting for it")
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))


def _adopt(connection: sa.Connection) -> None:
    """Take over the usual table of an earlier release of ours; another application's is left alone."""
    if has(connection, VERSION_TABLE) or not all(has(connection, each) for each in _OF_EARLIER):
        return
    found = set(connection.scalars(sa.text(f"SELECT version_num FROM {_USUAL_TABLE}")))  # noqa: S608 - ours
    if found and found <= known():
        connection.execute(sa.text(f"ALTER TABLE {_USUAL_TABLE} RENAME TO {VERSION_TABLE}"))


def _require_known(connection: sa.Connection) -> None:
    if unknown := present(connection) - known():
        raise StartError(
            f"DATABASE_URL: the database is of a newer release (schema {min(unknown)}, this one knows those"
            f" up to {newest()}). Start the newer release, or go back to a backup from before it"
        )
