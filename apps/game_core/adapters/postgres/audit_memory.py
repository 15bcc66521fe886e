"""In which state audits found inventories in order: numbers that PostgreSQL makes of all of their rows."""

from collections.abc import Mapping

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
_CHANGED = sa.text(f"""
SELECT char_id, state
FROM (SELECT char_id, bit_xor(part) AS state FROM ({_ROWS}) AS parts GROUP BY char_id) AS found
LEFT JOIN inventory_audits USING (char_id)
WHERE CAST(:anew AS boolean) OR state IS DISTINCT FROM in_order
""")  # noqa: S608 - same
_MAY = sa.text("""
SELECT NOT current_setting('transaction_read_only')::boolean
   AND has_table_privilege('inventory_audits', 'INSERT') AND has_table_privilege('inventory_audits', 'UPDATE')
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
                asked = {"after": after, "upto": upto, "anew": self._anew}
                return {row.char_id: row.state for row in await connection.execute(_CHANGED, asked)}

    async def remember(self, states: Mapping[int, int]) -> None:
        if not states:
            return
        asked = {"char_ids": list(states), "states": list(states.values())}
        with database_errors():
            async with self._engine.begin() as connection:
                if (await connection.execute(_MAY)).scalar_one():
                    await connection.execute(_REMEMBER, asked)
