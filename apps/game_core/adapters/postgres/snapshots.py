"""Cold reads for the context assembler: everything of one inventory, as of one moment."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres import inbox_rows, item_rows, ledger_rows
from apps.game_core.adapters.postgres.engine import database_errors, isolated

# One statement is one moment, and one round trip. PostgreSQL writes the JSON of an `InventorySnapshot`, so
# that nothing is decoded and encoded on its way to whoever asked.
_INVENTORY = sa.text(f"""
SELECT json_build_object(
    'char_id', c.id, 'version', i.version, 'rev', i.rev,
    'hero', json_build_object('name', c.name, 'level', c.level, 'strength', c.strength, 'max_hp', c.max_hp,
        'experience', c.experience),
    'vitals', json_build_object('hp', c.hp, 'buffs', c.buffs),
    'limits', json_build_object('max_slots', i.max_slots, 'quick_slots', i.quick_slots),
    'coins', i.coins,
    'conflicts', ARRAY(SELECT o.kind FROM inventory_conflicts o
        WHERE o.char_id = c.id AND o.told_at IS NULL ORDER BY o.version),
    'items', (SELECT coalesce(json_agg({item_rows.AS_JSON} ORDER BY place, position), '[]')
        FROM inventory_items WHERE char_id = c.id),
    'loadouts', (SELECT coalesce(json_agg(json_build_object(
        'id', id, 'name', name, 'pieces', pieces) ORDER BY id), '[]')
        FROM inventory_loadouts WHERE char_id = c.id),
    'inbox', (SELECT coalesce(json_agg({inbox_rows.AS_JSON} ORDER BY id), '[]')
        FROM inventory_inbox WHERE char_id = c.id AND consumed_at IS NULL),
    'known', (SELECT coalesce(json_agg(json_build_object('op_id', op_id, 'at', at)), '[]') FROM (
        SELECT op_id, CAST(NULL AS bigint) AS at FROM unnest(CAST(:op_ids AS text[])) AS op_id
        WHERE ledger_is_archived(:char_id, op_id)
        UNION ALL
        SELECT op_id, at FROM inventory_operations WHERE char_id = :char_id AND {ledger_rows.AMONG}
        UNION ALL
        SELECT op_id, NULL FROM inventory_conflicts
        WHERE char_id = :char_id AND op_id = ANY(CAST(:op_ids AS text[]))
    ) AS mark)
)::text
FROM characters c JOIN inventories i ON i.char_id = c.id WHERE c.id = :char_id
""")  # noqa: S608 - of the names of columns


class InventorySnapshotReader:
    """Implements the assembler's `ScopeReader` for the scope `inventory`."""

    def __init__(self, engine: AsyncEngine) -> None:
        # A statement that is alone needs no transaction around it: two round trips less.
        self._engine = isolated(engine, "AUTOCOMMIT")

    async def read(self, char_id: int, op_ids: tuple[str, ...] = ()) -> bytes | None:
        with database_errors():
            async with self._engine.connect() as connection:
                found = await connection.scalar(_INVENTORY, {"char_id": char_id, "op_ids": list(op_ids)})
        return None if found is None else str(found).encode()
