"""Which inventories had an item: it is born into one, and goes to another by a trade or an edit by SQL."""

from collections.abc import Callable, Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres import ledger_rows
from apps.game_core.adapters.postgres.engine import database_errors

# An id is made within the operation whose time the ledger has: seconds apart, unless a clock was set.
_AROUND = 600
_INVENTORIES = sa.text("""
SELECT char_id FROM inventory_items WHERE id = :id
UNION
SELECT char_id FROM inventory_inbox WHERE items @> CAST(:thing AS jsonb)
UNION
SELECT char_id FROM inventory_edits WHERE before @> CAST(:row AS jsonb) OR after @> CAST(:row AS jsonb)
""")
# Into what is packed nobody can look here.
_OPERATIONS = sa.text(f"""
SELECT {ledger_rows.COLUMNS}, char_id FROM inventory_operations
WHERE at BETWEEN :since AND :until AND (body IS NOT NULL OR strpos(payload::text, :digits) > 0)
""")  # noqa: S608 - of the names of columns
_STREAMED = {"yield_per": 1000}


class PostgresItemTraces:
    """Implements `ItemTraces`. `made_at` says of an id when it was made, in Unix seconds."""

    def __init__(self, engine: AsyncEngine, made_at: Callable[[int], int]) -> None:
        self._engine = engine
        self._made_at = made_at

    async def inventories(self, item_id: int) -> Collection[int]:
        born, digits = self._made_at(item_id), b"%d" % item_id
        asked = {
            "id": item_id,
            "since": born - _AROUND,
            "until": born + _AROUND,
            "digits": str(item_id),
            "thing": f'[{{"id": {item_id}}}]',
            "row": f'[{{"item": {{"id": {item_id}}}}}]',
        }
        with database_errors():
            async with self._engine.connect() as connection:
                found = set((await connection.execute(_INVENTORIES, asked)).scalars())
                async with connection.stream(_OPERATIONS, asked, execution_options=_STREAMED) as rows:
                    async for row in rows:
                        if digits in ledger_rows.entry(row).payload:
                            found.add(row.char_id)
        return found
