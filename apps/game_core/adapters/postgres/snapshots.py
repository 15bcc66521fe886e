"""Cold reads for the context assembler: everything of one inventory, as of one moment."""

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.adapters.postgres.item_rows import placed_item
from apps.game_core.modules.inventory.inventory.model import Buff, Hero, Limits, PlacedItem, Vitals
from apps.game_core.modules.inventory.snapshot import InboxGrant, InventorySnapshot, LedgerMark

_CHARACTER = sa.text("""
SELECT c.name, c.level, c.strength, c.max_hp, c.hp, c.buffs::text AS buffs,
       i.version, i.rev, i.max_slots, i.quick_slots,
       ARRAY(SELECT o.kind FROM inventory_conflicts o
             WHERE o.char_id = c.id AND o.told_at IS NULL ORDER BY o.version) AS conflicts
FROM characters c JOIN inventories i ON i.char_id = c.id WHERE c.id = :char_id
""")
_ITEMS = sa.text("""
SELECT id, base_id, quantity, rarity, affixes::text AS affixes, durability, max_durability,
       locked, bound, acquired_at, place, position
FROM inventory_items WHERE char_id = :char_id ORDER BY place, position
""")
_KNOWN = sa.text("""
SELECT op_id, at FROM inventory_operations
WHERE char_id = :char_id AND op_id = ANY(CAST(:op_ids AS text[]))
UNION ALL
SELECT op_id, NULL FROM inventory_conflicts
WHERE char_id = :char_id AND op_id = ANY(CAST(:op_ids AS text[]))
""")
_INBOX = sa.text("""
SELECT id, char_id, base_id, quantity FROM inventory_inbox
WHERE char_id = :char_id AND consumed_at IS NULL ORDER BY id
""")
_buffs = msgspec.json.Decoder(tuple[Buff, ...])


class InventorySnapshotReader:
    """Implements the assembler's `ScopeReader` for the scope `inventory`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="REPEATABLE READ")

    async def read(self, char_id: int, op_ids: tuple[str, ...] = ()) -> InventorySnapshot | None:
        with database_errors():
            return await self._read(char_id, op_ids)

    async def _read(self, char_id: int, op_ids: tuple[str, ...]) -> InventorySnapshot | None:
        key = {"char_id": char_id}
        async with self._engine.connect() as connection:
            row = (await connection.execute(_CHARACTER, key)).one_or_none()
            if row is None:
                return None
            items = (await connection.execute(_ITEMS, key)).all()
            asked = {**key, "op_ids": list(op_ids)}
            known = (await connection.execute(_KNOWN, asked)).all() if op_ids else ()
            inbox = (await connection.execute(_INBOX, key)).all()
        return _snapshot(
            char_id,
            row,
            tuple(map(placed_item, items)),
            tuple(LedgerMark(*mark) for mark in known),
            tuple(InboxGrant(*grant) for grant in inbox),
        )


def _snapshot(
    char_id: int,
    row: sa.Row[tuple[object, ...]],
    items: tuple[PlacedItem, ...],
    known: tuple[LedgerMark, ...],
    inbox: tuple[InboxGrant, ...],
) -> InventorySnapshot:
    return InventorySnapshot(
        char_id=char_id,
        version=row.version,
        rev=row.rev,
        hero=Hero(row.name, row.level, row.strength, row.max_hp),
        vitals=Vitals(row.hp, _buffs.decode(row.buffs)),
        limits=Limits(row.max_slots, row.quick_slots),
        items=items,
        known=known,
        inbox=inbox,
        conflicts=tuple(row.conflicts),
    )
