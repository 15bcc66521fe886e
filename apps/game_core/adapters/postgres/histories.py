"""Whole histories of inventories, for the audit."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.adapters.postgres.item_rows import placed_item
from apps.game_core.modules.inventory.history import History
from apps.game_core.modules.inventory.inventory.codec import decode_rows
from apps.game_core.modules.inventory.inventory.model import Hero, Limits, Vitals
from apps.game_core.modules.inventory.inventory.operations import STARTER
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.snapshot import InventorySnapshot

_CHARACTERS = sa.text("""
SELECT char_id FROM inventories WHERE char_id > :after ORDER BY char_id LIMIT :limit
""")
_INVENTORY = sa.text("""
SELECT c.name, c.level, c.strength, c.max_hp, c.hp, i.version, i.rev, i.max_slots, i.quick_slots
FROM characters c JOIN inventories i ON i.char_id = c.id WHERE c.id = :char_id
""")
_ITEMS = sa.text("""
SELECT id, base_id, quantity, rarity, affixes::text AS affixes, durability, max_durability,
       locked, bound, acquired_at, place, position
FROM inventory_items WHERE char_id = :char_id
""")
_LEDGER = sa.text("""
SELECT op_id, version, kind, at, payload::text AS payload, result::text AS result, before::text AS before
FROM inventory_operations WHERE char_id = :char_id ORDER BY version
""")
_DELIVERED = sa.text("""
SELECT id FROM inventory_inbox WHERE char_id = :char_id AND consumed_at IS NOT NULL
""")
_REFUSED = sa.text("SELECT op_id FROM inventory_conflicts WHERE char_id = :char_id")


class PostgresHistories:
    """Implements `HistoryReader`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="REPEATABLE READ")

    async def char_ids(self, after: int, limit: int) -> Sequence[int]:
        with database_errors():
            async with self._engine.connect() as connection:
                found = await connection.execute(_CHARACTERS, {"after": after, "limit": limit})
                return list(found.scalars())

    async def read(self, char_id: int) -> History | None:
        with database_errors():
            async with self._engine.connect() as connection:
                return await _history(connection, char_id)


async def _history(connection: AsyncConnection, char_id: int) -> History | None:
    key = {"char_id": char_id}
    snapshot = await _snapshot(connection, char_id)
    if snapshot is None:
        return None
    rows = [_entry(row) for row in await connection.execute(_LEDGER, key)]
    starters = [entry.payload for entry in rows if entry.op_id == STARTER]
    return History(
        snapshot=snapshot,
        starter=tuple(decode_rows(starters[0])) if starters else None,
        ledger=tuple(entry for entry in rows if entry.op_id != STARTER),
        delivered=frozenset((await connection.execute(_DELIVERED, key)).scalars()),
        refused=frozenset((await connection.execute(_REFUSED, key)).scalars()),
    )


async def _snapshot(connection: AsyncConnection, char_id: int) -> InventorySnapshot | None:
    row = (await connection.execute(_INVENTORY, {"char_id": char_id})).one_or_none()
    if row is None:
        return None
    items = await connection.execute(_ITEMS, {"char_id": char_id})
    return InventorySnapshot(
        char_id=char_id,
        version=row.version,
        rev=row.rev,
        hero=Hero(row.name, row.level, row.strength, row.max_hp),
        vitals=Vitals(row.hp),
        limits=Limits(row.max_slots, row.quick_slots),
        items=tuple(map(placed_item, items)),
    )


def _entry(row: sa.Row[tuple[object, ...]]) -> LedgerEntry:
    parts = (row.payload.encode(), row.result.encode(), row.before.encode())
    return LedgerEntry(row.op_id, row.version, row.kind, row.at, *parts)
