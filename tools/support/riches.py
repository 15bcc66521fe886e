"""All that there is in the database: bags and purses, what waits in trades, what waits in inboxes.

Pieces by kind, and coins. Whatever trades do it is as much as ever, and each item is in one place.
"""

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

COINS = "coins"
Wealth = Counter[str]

BAGS = """
SELECT char_id, base_id AS kind, quantity AS pieces FROM inventory_items
UNION ALL SELECT char_id, 'coins', coins FROM inventories
"""
TRADES = """
SELECT thing ->> 'base_id' AS kind, (thing ->> 'quantity')::bigint AS pieces
FROM trade_gifts JOIN trades ON id = trade, jsonb_array_elements(items) AS thing WHERE state = 'open'
UNION ALL
SELECT 'coins', coins FROM trade_gifts JOIN trades ON id = trade WHERE state = 'open'
"""
INBOXES = """
SELECT id, char_id, base_id AS kind, quantity AS pieces FROM inventory_inbox
WHERE consumed_at IS NULL AND trade IS NULL
UNION ALL
SELECT id, char_id, thing ->> 'base_id', (thing ->> 'quantity')::bigint
FROM inventory_inbox, jsonb_array_elements(items) AS thing WHERE consumed_at IS NULL
UNION ALL
SELECT id, char_id, 'coins', coins FROM inventory_inbox WHERE consumed_at IS NULL
"""
_PLACES = {
    "bag": "SELECT id, char_id FROM inventory_items",
    "trade": """
        SELECT (thing ->> 'id')::bigint AS id, giver AS char_id
        FROM trade_gifts JOIN trades ON trades.id = trade, jsonb_array_elements(items) AS thing
        WHERE state = 'open'""",
    "inbox": """
        SELECT (thing ->> 'id')::bigint AS id, char_id
        FROM inventory_inbox, jsonb_array_elements(items) AS thing WHERE consumed_at IS NULL""",
}


async def in_database(engine: AsyncEngine) -> Wealth:
    found: Wealth = Counter()
    async with engine.connect() as connection:
        for rows in (BAGS, TRADES, INBOXES):
            for row in await connection.execute(sa.text(rows)):
                found[row.kind] += row.pieces
    return +found


async def owners(engine: AsyncEngine) -> dict[int, list[str]]:
    """Where each item id is; everywhere together it is in one place."""
    found: dict[int, list[str]] = {}
    async with engine.connect() as connection:
        for where, statement in _PLACES.items():
            for row in await connection.execute(sa.text(statement)):
                found.setdefault(row.id, []).append(f"{where} {row.char_id}")
    return found
