"""A million characters: one is born by the game, all others are copies of its rows."""

from collections.abc import AsyncIterator

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.tables import characters, inventories, inventory_items
from apps.game_core.container import Core
from apps.game_core.modules.characters.contracts import EnsureCharacter

_AT_ONCE = 5_000
_ITEMS_EACH = 100
"""Room between the ids of two characters' items."""


def _copied(table: sa.Table, without: str) -> str:
    return ", ".join(column.name for column in table.columns if column.name not in without.split())


_NUMBERS = "generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS number"
_NTH = "(row_number() OVER (ORDER BY id) - 1)"
_ITEM = f"number * {_ITEMS_EACH} + nth"
# The session's own transactions say so; anybody else's would count as an edit by SQL.
_AS_SESSION = "SELECT set_config('inventory.writer', 'session', true)"
_CHARACTERS = f"""
INSERT INTO characters (id, user_id, {_copied(characters, "id user_id")}) OVERRIDING SYSTEM VALUE
SELECT number, -number, {_copied(characters, "id user_id")}
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


async def seed(core: Core, number: int) -> AsyncIterator[int]:
    """Ids are 1 to `number`. Yields how many there are."""
    like = (await core.router.ask(EnsureCharacter(user_id=1, name="Hero", language="en"))).id
    for first in range(1, number + 1, _AT_ONCE):
        last = min(number, first + _AT_ONCE - 1)
        await _copies(core.engine, {"like": like, "first": first, "last": last})
        yield last
    async with core.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text("ANALYZE"))


async def _copies(engine: AsyncEngine, asked: dict[str, int]) -> None:
    async with engine.begin() as connection:
        await connection.execute(sa.text(_AS_SESSION))
        for statement in (_CHARACTERS, _INVENTORIES, _ITEMS, _BIRTHS):
            await connection.execute(sa.text(statement), asked)
