"""Inventories: the fenced write, grants, and what the ledger remembers."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from msgspec.structs import asdict
from sqlalchemy.ext.asyncio import AsyncConnection

from apps.game_core.adapters.postgres import inbox_rows, item_rows, ledger_rows
from apps.game_core.adapters.postgres import inventory_writes as write
from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.adapters.postgres.trades import PostgresTrades
from apps.game_core.modules.inventory.errors import ForeignItemError, UnfoundedReceiptError
from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.model import Limits, PlacedItem
from apps.game_core.modules.inventory.inventory.operation_ids import LOST, STARTER, lost_id
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore
from apps.game_core.modules.inventory.ports import (
    DatabaseRow,
    InventoryData,
    LedgerEntry,
    Mismatch,
    Receipt,
    Written,
)
from apps.game_core.modules.inventory.snapshot import InboxGrant, InboxRow, LedgerMark
from apps.game_core.value import replace

_ADD = sa.text("""
INSERT INTO inventories (char_id, rev, max_slots, quick_slots)
SELECT :char_id, :rev, :max_slots, :quick_slots
FROM (SELECT set_config('inventory.writer', 'session', true)) AS mark
""")
_ADD_STARTER = sa.text("""
INSERT INTO inventory_operations (char_id, op_id, version, kind, at, payload, result, before)
SELECT id, :starter, 0, :starter, floor(extract(epoch FROM now())), CAST(:items AS jsonb),
       jsonb_build_object('hp', hp, 'level', level, 'experience', experience, 'strength', strength,
           'max_hp', max_hp), '[]'
FROM characters WHERE id = :char_id
""")
_OPERATION = sa.text(f"""
SELECT {ledger_rows.COLUMNS}, false AS archived
FROM inventory_operations WHERE char_id = :char_id AND {ledger_rows.THIS}
UNION ALL
{ledger_rows.ARCHIVED_ENTRY}, true WHERE {ledger_rows.IS_ARCHIVED}
ORDER BY archived LIMIT 1
""")  # noqa: S608 - of the names of columns
_FATE = sa.text(f"""
SELECT {ledger_rows.COLUMNS}, '' AS refused, 0 AS place
FROM inventory_operations WHERE char_id = :char_id AND {ledger_rows.THIS}
UNION ALL
{ledger_rows.ARCHIVED_ENTRY}, '', 1 WHERE {ledger_rows.IS_ARCHIVED}
UNION ALL
SELECT op_id, version, kind, extract(epoch FROM recorded_at)::bigint, payload::text, result::text,
       '[]', NULL, reason, 2
FROM inventory_conflicts WHERE char_id = :char_id AND op_id = :op_id
ORDER BY place LIMIT 1
""")  # noqa: S608 - same
_KNOWN = sa.text(f"""
SELECT op_id, NULL, '' FROM unnest(CAST(:op_ids AS text[])) AS op_id WHERE ledger_is_archived(:char_id, op_id)
UNION ALL
SELECT op_id, at, kind FROM inventory_operations WHERE char_id = :char_id AND {ledger_rows.AMONG}
UNION ALL
SELECT op_id, NULL, kind FROM inventory_conflicts
WHERE char_id = :char_id AND op_id = ANY(CAST(:op_ids AS text[]))
""")  # noqa: S608 - same
_RESTORES = sa.text(f"""
SELECT {ledger_rows.COLUMNS} FROM inventory_operations
WHERE char_id = :char_id AND kind = :kind AND version > coalesce(
    (SELECT version FROM inventory_operations WHERE char_id = :char_id AND {ledger_rows.THIS}),
    (SELECT version FROM ledger_checkpoints WHERE char_id = :char_id AND {ledger_rows.IS_ARCHIVED}))
ORDER BY version
""")  # noqa: S608 - same
_GRANT = sa.text(f"""
INSERT INTO inventory_inbox (char_id, base_id, quantity, rarity, affixes, bound, durability, grant_key)
VALUES (:char_id, :base_id, :quantity, :rarity, CAST(:affixes AS jsonb), :bound, :durability, :key)
ON CONFLICT (char_id, grant_key) DO UPDATE SET grant_key = EXCLUDED.grant_key
RETURNING {inbox_rows.AS_JSON}::text
""")  # noqa: S608 - same
_UNREAD = sa.text(f"""
SELECT {inbox_rows.AS_JSON}::text FROM inventory_inbox
WHERE consumed_at IS NULL AND id > :after ORDER BY id LIMIT :limit
""")  # noqa: S608 - same

_WAITING = sa.text("""
SELECT id, trade, mark FROM inventory_inbox
WHERE char_id = :char_id AND consumed_at IS NULL AND id = ANY(CAST(:ids AS bigint[]))
""")
_UNREAD_OF = sa.text(f"""
SELECT {inbox_rows.AS_JSON}::text FROM inventory_inbox
WHERE consumed_at IS NULL AND char_id = ANY(CAST(:char_ids AS bigint[])) ORDER BY id
""")  # noqa: S608 - same


CHARACTER_LOST = "CharacterLost"


class PostgresInventories:
    """Implements `InventoryRepository`."""

    def __init__(self, connection: AsyncConnection, *, pack: bool = True) -> None:
        self._connection = connection
        self._pack = pack
        self._trades = PostgresTrades(connection)

    async def update_character_inventory(self, char_id: int, data: InventoryData) -> Written | Mismatch:
        return (await self.update_inventories({char_id: data}))[char_id]

    async def update_inventories(
        self, writes: Mapping[int, InventoryData]
    ) -> Mapping[int, Written | Mismatch]:
        with database_errors():
            given = write.gives(writes)
            there = await self._trades.lock_parties(given) if given else ()
            taken = await self._connection.execute(write.FENCE, write.fences(writes))
            mine = set(taken.scalars())
            rows = await self._write({char_id: writes[char_id] for char_id in mine})
            if own := [(char_id, give) for char_id, give in given if char_id in mine]:
                await self._trades.settle(own, there)
            found = await self._rows([char_id for char_id in writes if char_id not in mine])
        return {
            char_id: Written(rows[char_id]) if char_id in mine else Mismatch(found.get(char_id))
            for char_id in writes
        }

    async def row(self, char_id: int) -> DatabaseRow | None:
        with database_errors():
            return (await self._rows([char_id])).get(char_id)

    async def operation(self, char_id: int, op_id: str) -> LedgerEntry | None:
        with database_errors():
            found = await self._connection.execute(_OPERATION, {"char_id": char_id, "op_id": op_id})
            row = found.one_or_none()
        return None if row is None else ledger_rows.entry(row)

    async def fate(self, char_id: int, op_id: str) -> LedgerEntry | None:
        with database_errors():
            found = await self._connection.execute(_FATE, {"char_id": char_id, "op_id": op_id})
            row = found.one_or_none()
        return None if row is None else replace(ledger_rows.entry(row), refused=row.refused)

    async def known(self, char_id: int, op_ids: Sequence[str]) -> Mapping[str, LedgerMark]:
        if not op_ids:
            return {}
        with database_errors():
            found = await self._connection.execute(_KNOWN, {"char_id": char_id, "op_ids": list(op_ids)})
            return {row[0]: LedgerMark(*row) for row in found}

    async def founded(self, char_id: int, receipts: Sequence[Receipt]) -> Collection[Receipt]:
        asked = {"char_id": char_id, "ids": [receipt.row for receipt in receipts]}
        with database_errors():
            found = [Receipt(*row) for row in await self._connection.execute(_WAITING, asked)]
        return frozenset(found).intersection(receipts)

    async def restores_since(self, char_id: int, op_id: str) -> Sequence[LedgerEntry]:
        asked = {"char_id": char_id, "op_id": op_id, "kind": Restore.kind}
        with database_errors():
            return [ledger_rows.entry(row) for row in await self._connection.execute(_RESTORES, asked)]

    async def grant(self, char_id: int, gift: Gift, key: str | None = None) -> InboxGrant:
        values = {"char_id": char_id, "key": key, **inbox_rows.columns(gift)}
        with database_errors():
            return inbox_rows.grant((await self._connection.execute(_GRANT, values)).scalar_one())

    async def unread(self, after: int, limit: int) -> Sequence[InboxRow]:
        with database_errors():
            found = await self._connection.execute(_UNREAD, {"after": after, "limit": limit})
            return inbox_rows.rows(found.scalars())

    async def unread_of(self, char_ids: Collection[int]) -> Sequence[InboxRow]:
        with database_errors():
            found = await self._connection.execute(_UNREAD_OF, {"char_ids": list(char_ids)})
            return inbox_rows.rows(found.scalars())

    async def add(self, char_id: int, items: Sequence[PlacedItem], limits: Limits, rev: str) -> None:
        """A new character's inventory, with what it starts with."""
        owners = [char_id] * len(items)
        with database_errors():
            await self._connection.execute(_ADD, {"char_id": char_id, "rev": rev, **asdict(limits)})
            await self._connection.execute(item_rows.UPSERT, {"char_id": owners, **item_rows.columns(items)})
            starter = {"char_id": char_id, "starter": STARTER, "items": encode(tuple(items)).decode()}
            await self._connection.execute(_ADD_STARTER, starter)

    async def tell_lost(self, char_id: int, lost: int) -> None:
        told = LedgerEntry(lost_id(f"character:{lost}"), 0, LOST, 0, b"{}", b"null", b"[]", CHARACTER_LOST)
        with database_errors():
            await self._connection.execute(write.CONFLICTS, write.refusals([(char_id, told)]))

    async def _write(self, writes: Mapping[int, InventoryData]) -> Counter[int]:
        received = write.receipts(writes)
        if len(await self._owners(write.RECEIVED, received)) != len(received["id"]):
            raise UnfoundedReceiptError(str(received["id"]))
        rows: Counter[int] = Counter()
        rows.update(await self._owners(write.REMOVE, write.removals(writes)))
        put = Counter(await self._owners(item_rows.UPSERT, write.items(writes)))
        for char_id, data in writes.items():
            if put[char_id] != len(data.changed):
                raise ForeignItemError(str(char_id))
        rows.update(put)
        for statement, columns in (
            (write.VITALS, write.vitals(writes)),
            (write.HEROES, write.heroes(writes)),
            (write.PURSES, write.purses(writes)),
            (write.SAVED, write.saved(writes)),
            (write.FORGOTTEN, write.forgotten(writes)),
            (write.LEDGER, write.ledger(writes, pack=self._pack)),
            (write.CONFLICTS, write.conflicts(writes)),
            (write.TOLD, write.told(writes)),
        ):
            await self._run(statement, columns)
        return rows

    async def _owners(self, statement: sa.TextClause, columns: write.Columns) -> list[int]:
        """Whose rows a statement touched, each row once."""
        done = await self._run(statement, columns)
        return list(done.scalars()) if done else []

    async def _run(self, statement: sa.TextClause, columns: write.Columns) -> sa.CursorResult[int] | None:
        empty = not next(iter(columns.values()))
        return None if empty else await self._connection.execute(statement, columns)

    async def _rows(self, char_ids: Sequence[int]) -> dict[int, DatabaseRow]:
        if not char_ids:
            return {}
        found = await self._connection.execute(write.ROWS, {"char_ids": list(char_ids)})
        return {row.char_id: DatabaseRow(row.version, row.rev) for row in found}
