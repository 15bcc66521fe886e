"""Inventories: the fenced write."""

from collections.abc import Sequence
from dataclasses import asdict

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from apps.game_core.adapters.postgres import item_rows
from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.modules.inventory.errors import ForeignItemError
from apps.game_core.modules.inventory.inventory.model import Limits, PlacedItem, Vitals
from apps.game_core.modules.inventory.ports import InventoryData, LedgerEntry, Mismatch, Written

_FENCE = sa.text("""
UPDATE inventories SET version = :version, rev = :rev
WHERE char_id = :char_id AND version = :base_version AND rev = :base_rev
""")
_ROW = sa.text("SELECT version, rev FROM inventories WHERE char_id = :char_id")
_REMOVE = sa.text("DELETE FROM inventory_items WHERE char_id = :char_id AND id = ANY(CAST(:ids AS bigint[]))")
_VITALS = sa.text("UPDATE characters SET hp = :hp, buffs = CAST(:buffs AS jsonb) WHERE id = :char_id")
_LEDGER = sa.text("""
INSERT INTO inventory_operations (char_id, op_id, version, kind, at, payload, result, before)
SELECT :char_id, new.op_id, new.version, new.kind, new.at,
       CAST(new.payload AS jsonb), CAST(new.result AS jsonb), CAST(new.before AS jsonb)
FROM unnest(
    CAST(:op_id AS text[]), CAST(:version AS bigint[]), CAST(:kind AS text[]), CAST(:at AS bigint[]),
    CAST(:payload AS text[]), CAST(:result AS text[]), CAST(:before AS text[])
) AS new (op_id, version, kind, at, payload, result, before)
""")
_CONSUMED = sa.text("UPDATE inventory_inbox SET consumed_at = now() WHERE id = ANY(CAST(:ids AS bigint[]))")
_ADD = sa.text("""
INSERT INTO inventories (char_id, rev, max_slots, quick_slots)
VALUES (:char_id, :rev, :max_slots, :quick_slots)
""")


class PostgresInventories:
    """Implements `InventoryRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def update_character_inventory(self, char_id: int, data: InventoryData) -> Written | Mismatch:
        """Write what changed, if the row is still the one that the session grew from.

        Raises:
            ForeignItemError: an item id belongs to another character.

        """
        with database_errors():
            return await self._update(char_id, data)

    async def _update(self, char_id: int, data: InventoryData) -> Written | Mismatch:
        taken = await self._connection.execute(_FENCE, {"char_id": char_id, **asdict(data.fence)})
        if taken.rowcount == 0:
            row = (await self._connection.execute(_ROW, {"char_id": char_id})).one_or_none()
            return Mismatch(row.version, row.rev) if row else Mismatch(None, None)
        rows = await self._write_items(char_id, data)
        await self._write_vitals(char_id, data.vitals)
        await self._append_ledger(char_id, data.operations)
        if data.inbox:
            await self._connection.execute(_CONSUMED, {"ids": list(data.inbox)})
        return Written(rows)

    async def add(self, char_id: int, items: Sequence[PlacedItem], limits: Limits, rev: str) -> None:
        """A new character's inventory, with what it starts with."""
        values = {"char_id": char_id, "rev": rev, **asdict(limits)}
        await self._connection.execute(_ADD, values)
        if items:
            await self._connection.execute(item_rows.UPSERT, {"char_id": char_id, **item_rows.columns(items)})

    async def _write_items(self, char_id: int, data: InventoryData) -> int:
        rows = 0
        if data.removed:
            ids = {"char_id": char_id, "ids": list(data.removed)}
            rows += (await self._connection.execute(_REMOVE, ids)).rowcount
        if data.changed:
            values = {"char_id": char_id, **item_rows.columns(data.changed)}
            put = (await self._connection.execute(item_rows.UPSERT, values)).rowcount
            if put != len(data.changed):
                raise ForeignItemError(char_id)
            rows += put
        return rows

    async def _write_vitals(self, char_id: int, vitals: Vitals | None) -> None:
        if vitals is not None:
            buffs = msgspec.json.encode(vitals.buffs).decode()
            await self._connection.execute(_VITALS, {"char_id": char_id, "hp": vitals.hp, "buffs": buffs})

    async def _append_ledger(self, char_id: int, entries: Sequence[LedgerEntry]) -> None:
        if not entries:
            return
        values = {
            "op_id": [entry.op_id for entry in entries],
            "version": [entry.version for entry in entries],
            "kind": [entry.kind for entry in entries],
            "at": [entry.at for entry in entries],
            "payload": [entry.payload.decode() for entry in entries],
            "result": [entry.result.decode() for entry in entries],
            "before": [entry.before.decode() for entry in entries],
        }
        await self._connection.execute(_LEDGER, {"char_id": char_id, **values})
