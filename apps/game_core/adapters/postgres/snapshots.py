"""Cold reads for the context assembler: everything of one inventory, as of one moment."""

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.modules.inventory.inventory.model import (
    Buff,
    Hero,
    Limits,
    Loadout,
    PlacedItem,
    Vitals,
)
from apps.game_core.modules.inventory.snapshot import InboxGrant, InventorySnapshot, LedgerMark

# One statement is one moment, and one round trip; lists come as JSON in the shape of our values.
_INVENTORY = sa.text("""
SELECT c.name, c.level, c.strength, c.max_hp, c.hp, c.buffs::text AS buffs,
       i.version, i.rev, i.max_slots, i.quick_slots,
       ARRAY(SELECT o.kind FROM inventory_conflicts o
             WHERE o.char_id = c.id AND o.told_at IS NULL ORDER BY o.version) AS conflicts,
       (SELECT coalesce(json_agg(json_build_object(
           'item', json_build_object(
               'id', id, 'base_id', base_id, 'quantity', quantity, 'rarity', rarity, 'affixes', affixes,
               'durability', CASE WHEN durability IS NOT NULL
                   THEN json_build_object('current', durability, 'max', max_durability) END,
               'locked', locked, 'bound', bound, 'junk', junk, 'acquired_at', acquired_at,
               'position', CASE WHEN place = 'backpack' THEN position ELSE 0 END),
           'place', place, 'position', position) ORDER BY place, position), '[]')::text
        FROM inventory_items WHERE char_id = c.id) AS items,
       (SELECT coalesce(json_agg(json_build_object('id', id, 'name', name, 'pieces', pieces) ORDER BY id),
                        '[]')::text
        FROM inventory_loadouts WHERE char_id = c.id) AS loadouts,
       (SELECT coalesce(json_agg(json_build_object(
           'inbox_id', id, 'char_id', char_id, 'base_id', base_id, 'quantity', quantity
       ) ORDER BY id), '[]')::text
        FROM inventory_inbox WHERE char_id = c.id AND consumed_at IS NULL) AS inbox,
       (SELECT coalesce(json_agg(json_build_object('op_id', op_id, 'at', at)), '[]')::text FROM (
           SELECT op_id, at FROM inventory_operations
           WHERE char_id = :char_id AND op_id = ANY(CAST(:op_ids AS text[]))
           UNION ALL
           SELECT op_id, NULL FROM inventory_conflicts
           WHERE char_id = :char_id AND op_id = ANY(CAST(:op_ids AS text[]))
       ) AS mark) AS known
FROM characters c JOIN inventories i ON i.char_id = c.id WHERE c.id = :char_id
""")
_buffs = msgspec.json.Decoder(tuple[Buff, ...])
_items = msgspec.json.Decoder(tuple[PlacedItem, ...])
_loadouts = msgspec.json.Decoder(tuple[Loadout, ...])
_known = msgspec.json.Decoder(tuple[LedgerMark, ...])
_inbox = msgspec.json.Decoder(tuple[InboxGrant, ...])


class InventorySnapshotReader:
    """Implements the assembler's `ScopeReader` for the scope `inventory`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def read(self, char_id: int, op_ids: tuple[str, ...] = ()) -> InventorySnapshot | None:
        with database_errors():
            async with self._engine.connect() as connection:
                asked = {"char_id": char_id, "op_ids": list(op_ids)}
                row = (await connection.execute(_INVENTORY, asked)).one_or_none()
        if row is None:
            return None
        return InventorySnapshot(
            char_id=char_id,
            version=row.version,
            rev=row.rev,
            hero=Hero(row.name, row.level, row.strength, row.max_hp),
            vitals=Vitals(row.hp, _buffs.decode(row.buffs)),
            limits=Limits(row.max_slots, row.quick_slots),
            items=_items.decode(row.items),
            known=_known.decode(row.known),
            inbox=_inbox.decode(row.inbox),
            conflicts=tuple(row.conflicts),
            loadouts=_loadouts.decode(row.loadouts),
        )
