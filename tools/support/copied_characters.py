"""Characters without their making: copies of one that the game has made, row by row in PostgreSQL."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.tables import characters, inventories, inventory_items

_ITEMS_EACH = 100
"""Room between the ids of two characters' items."""


def _copied(table: sa.Table, without: str) -> str:
    return ", ".join(column.name for column in table.columns if column.name not in without.split())


_NUMBERS = "generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS number"
_NTH = "(row_number() OVER (ORDER BY id) - 1)"
_ITEM = f"number * {_ITEMS_EACH} + nth"
# The session's own transactions say so; anybody else's would count as an edit by SQL.
_AS_SESSION = "SELECT set_config('inventory.writer', 'session', true)"
_UNCHECKED = "SET LOCAL session_replication_role = 'replica'"
"""Copies of rows that were checked: triggers and foreign keys would take most of the time."""
_CHARACTERS = f"""
INSERT INTO characters (id, user_id, {_copied(characters, "id user_id")}) OVERRIDING SYSTEM VALUE
SELECT number, number * CAST(:sign AS bigint), {_copied(characters, "id user_id")}
FROM characters, {_NUMBERS} WHERE id = :like
"""  # noqa: S608 - of the names of columns
_INVENTORIES = f"""
INSERT INTO inventories (char_id, {_copied(inventories, "char_id")})
SELECT number, {_copied(inventories, "char_id")} FROM inventories, {_NUMBERS} WHERE char_id = :like
"""  # noqa: S608 - same
_ITEMS = f"""
INSERT INTO inventory_items (id, char_id, {_copied(inventory_items, "id char_id")})
SELECT {_ITEM}, number, {_copied(inventory_items, "id char_id")}
FROM (SELECT *, {_NTH} AS nth FROM inventory_items WHERE char_id = :like) AS mine, {_NUMBERS}
"""  # noqa: S608 - same
_BIRTHS = f"""
WITH born AS (SELECT * FROM inventory_operations WHERE char_id = :like),
mine AS (SELECT id, {_NTH} AS nth FROM inventory_items WHERE char_id = :like)
INSERT INTO inventory_operations (char_id, op_id, version, kind, at, payload, result, before)
SELECT number, op_id, version, kind, at, (
    SELECT jsonb_agg(jsonb_set(thing, '{{item,id}}', to_jsonb({_ITEM})) ORDER BY position)
    FROM jsonb_array_elements(payload) WITH ORDINALITY AS kit (thing, position)
    JOIN mine ON mine.id = CAST(thing #>> '{{item,id}}' AS bigint)
), result, before
FROM born, {_NUMBERS}
"""  # noqa: S608 - same
_ROWS = (_CHARACTERS, _INVENTORIES, _ITEMS)


async def copy_newcomers(engine: AsyncEngine, like: int, numbers: range) -> None:
    """Characters with these ids, of nobody, and with the births that their ledgers begin with."""
    await _copy(engine, (_AS_SESSION, *_ROWS, _BIRTHS), like, numbers, sign=-1)


async def copy_players(engine: AsyncEngine, like: int, numbers: range) -> None:
    """Characters with these ids, of users with the same ids, and without a ledger.

    Only whoever owns the server may do that.
    """
    await _copy(engine, (_UNCHECKED, *_ROWS), like, numbers, sign=1)


async def analyze(engine: AsyncEngine) -> None:
    """Tell the planner how many there are now."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text("ANALYZE"))


async def _copy(
    engine: AsyncEngine, statements: Sequence[str], like: int, numbers: range, *, sign: int
) -> None:
    asked = {"like": like, "first": numbers[0], "last": numbers[-1], "sign": sign}
    async with engine.begin() as connection:
        for statement in statements:
            taken = {name: value for name, value in asked.items() if f":{name}" in statement}
            await connection.execute(sa.text(statement), taken)
