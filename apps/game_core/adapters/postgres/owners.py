"""Who has pieces of some kinds: a look through all rows, for which no index is kept."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres import inbox_rows
from apps.game_core.adapters.postgres.engine import database_errors

_OWNERS = sa.text("""
SELECT DISTINCT char_id FROM inventory_items
WHERE base_id = ANY(CAST(:base_ids AS text[])) ORDER BY char_id
""")
_WAITING = sa.text(f"""
SELECT base_id, sum(quantity)::bigint AS pieces FROM (
    SELECT base_id, quantity FROM inventory_inbox WHERE consumed_at IS NULL
    UNION ALL
    SELECT thing ->> 'base_id', {inbox_rows.NUMBER.format("thing -> 'quantity'")}
    FROM inventory_inbox, {inbox_rows.THINGS} WHERE consumed_at IS NULL
) AS waiting
WHERE base_id = ANY(CAST(:base_ids AS text[])) GROUP BY base_id
""")  # noqa: S608 - of the names of columns


class PostgresOwners:
    """Implements `OwnersReader`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def owners(self, base_ids: Collection[str]) -> Sequence[int]:
        with database_errors():
            async with self._engine.connect() as connection:
                found = await connection.scalars(_OWNERS, {"base_ids": [*base_ids]})
                return list(found)

    async def waiting(self, base_ids: Collection[str]) -> Mapping[str, int]:
        with database_errors():
            async with self._engine.connect() as connection:
                found = await connection.execute(_WAITING, {"base_ids": [*base_ids]})
                return {row.base_id: row.pieces for row in found}
