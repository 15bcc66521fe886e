"""Which database this is: another one after a restore, a failover or an operator's word."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.engine import database_errors

# A restored cluster starts another timeline (its control file says so only after a checkpoint); a database or
# table that was made anew has another oid.
_READ = sa.text("""
SELECT md5(concat_ws('/',
    (SELECT system_identifier FROM pg_control_system()),
    CASE WHEN pg_is_in_recovery() THEN '' ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END,
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    to_regclass('inventories')::oid,
    (SELECT announced FROM database_generation)
))
""")
_ANNOUNCE = sa.text("UPDATE database_generation SET announced = :token, announced_at = now()")


class PostgresGeneration:
    """Implements `GenerationReader`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def read(self) -> str:
        """Hex digits. Raises DatabaseDownError, DatabaseRefusedError."""
        with database_errors():
            async with self._engine.connect() as connection:
                return str((await connection.execute(_READ)).scalar_one())

    async def announce(self, token: str) -> None:
        """Let every session be compared with the database before it is used again."""
        with database_errors():
            async with self._engine.begin() as connection:
                await connection.execute(_ANNOUNCE, {"token": token})
