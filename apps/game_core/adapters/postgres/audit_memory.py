"""In which state audits found inventories in order: numbers that PostgreSQL makes of all of their rows."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.engine import database_errors

# All that histories are read from. Whole rows, so that no column is forgotten, those of tomorrow included.
_OWNED = (
    "inventories",
    "inventory_items",
    "inventory_operations",
    "inventory_loadouts",
    "inventory_inbox",
    "inventory_edits",
    "inventory_conflicts",
    "ledger_checkpoints",
    "ledger_archived_ids",
)
_HASHED = "SELECT {owner} AS char_id, hash_record_extended(each, {number}) AS part FROM {table} AS each"
_THESE = "WHERE {owner} > :after AND {owner} <= :upto"
_ROWS = " UNION ALL ".join(
    f"{_HASHED} {_THESE}".format(owner=owner, number=number, table=table)
    for number, (owner, table) in enumerate([("id", "characters"), *(("char_id", each) for each in _OWNED)])
)
# No two rows of a table are alike, so that none takes another one out of the sum.
_STATES = f"SELECT char_id, bit_xor(part) AS state FROM ({_ROWS}) AS parts GROUP BY char_id"  # noqa: S608 - same
_EVERY = sa.text(_STATES)
_CHANGED = sa.text(f"""
SELECT char_id, state FROM ({_STATES}) AS found LEFT JOIN inventory_audits USING (char_id)
WHERE state IS DISTINCT FROM in_order
""")  # noqa: S608 - same
_MAY_READ = sa.text("SELECT has_table_privilege('inventory_audits', 'SELECT')")
# Whoever sees to it that a character stays until it is remembered must have the right to change it.
_MAY_WRITE = sa.text("""
SELECT NOT current_setting('transaction_read_only')::boolean
   AND has_table_privilege('inventory_audits', 'SELECT') AND has_table_privilege('inventory_audits', 'INSERT')
   AND has_table_privilege('inventory_audits', 'UPDATE') AND has_table_privilege('inventories', 'UPDATE')
""")
_FORGET = sa.text("""
UPDATE inventory_audits SET in_order = NULL, audited_at = now()
WHERE char_id = ANY(CAST(:char_ids AS bigint[]))
""")
_REMEMBER = sa.text("""
INSERT INTO inventory_audits (char_id, in_order)
SELECT char_id, state
FROM unnest(CAST(:char_ids AS bigint[]), CAST(:states AS bigint[])) AS audited (char_id, state)
JOIN (SELECT char_id FROM inventories WHERE char_id = ANY(CAST(:char_ids AS bigint[])) FOR KEY SHARE) AS still
USING (char_id) ORDER BY char_id
ON CONFLICT (char_id) DO UPDATE SET in_order = excluded.in_order, audited_at = now()
""")


class PostgresAuditMemory:
    """Implements `AuditMemory`. With `anew` everything counts as changed."""

    def __init__(self, engine: AsyncEngine, *, anew: bool = False) -> None:
        self._engine = engine
        self._anew = anew

    async def changed(self, after: int, upto: int) -> Mapping[int, int]:
        with database_errors():
            async with self._engine.connect() as connection:
                may = not self._anew and (await connection.execute(_MAY_READ)).scalar_one()
                asked = {"after": after, "upto": upto}
                found = await connection.execute(_CHANGED if may else _EVERY, asked)
                return {row.char_id: row.state for row in found}

    async def remember(self, states: Mapping[int, int]) -> None:
        if states:
            await self._write(_REMEMBER, char_ids=list(states), states=list(states.values()))

    async def forget(self, char_ids: Collection[int]) -> None:
        if char_ids:
            await self._write(_FORGET, char_ids=list(char_ids))

    async def _write(self, statement: sa.TextClause, **asked: list[int]) -> None:
        with database_errors():
            async with self._engine.begin() as connection:
                if (await connection.execute(_MAY_WRITE)).scalar_one():
                    await connection.execute(statement, asked)
