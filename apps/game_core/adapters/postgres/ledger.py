"""The ledger to read, page by page: what took effect and what was refused, newest first."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from apps.game_core.adapters.postgres import inbox_rows, ledger_rows
from apps.game_core.adapters.postgres.engine import database_errors, isolated
from apps.game_core.modules.inventory.inventory.operation_ids import STARTER
from apps.game_core.modules.inventory.oversight import ArchivedUpto
from apps.game_core.modules.inventory.oversight_ports import LedgerExcerpt, Made
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.value import replace

# What is archived and stays in the ledger is told of by nobody but files.
_IS_LATER = """version > coalesce(
    (SELECT c.version FROM ledger_checkpoints c WHERE c.char_id = :char_id), -1)"""
_INVENTORY = sa.text(f"""
SELECT i.version, c.version AS archived, c.at AS archived_at,
       coalesce((SELECT extract(epoch FROM o.written_at)::bigint FROM inventory_operations o
        WHERE o.char_id = i.char_id ORDER BY o.version DESC LIMIT 1), c.at) AS written_at,
       (SELECT count(*) FROM inventory_operations o
        WHERE o.char_id = i.char_id AND o.op_id <> ALL(CAST(:without AS text[])) AND {_IS_LATER})
     + (SELECT count(*) FROM inventory_conflicts c
        WHERE c.char_id = i.char_id AND c.op_id <> ALL(CAST(:without AS text[]))) AS total
FROM inventories i LEFT JOIN ledger_checkpoints c ON c.char_id = i.char_id WHERE i.char_id = :char_id
""")  # noqa: S608 - of the names of columns
_ENTRIES = sa.text(f"""
SELECT {ledger_rows.COLUMNS}, '' AS reason
FROM inventory_operations
WHERE char_id = :char_id AND op_id <> ALL(CAST(:without AS text[])) AND {_IS_LATER}
UNION ALL
SELECT op_id, version, kind, extract(epoch FROM recorded_at)::bigint, payload::text, result::text,
       '[]', NULL, reason
FROM inventory_conflicts
WHERE char_id = :char_id AND op_id <> ALL(CAST(:without AS text[]))
ORDER BY version DESC, at DESC, op_id OFFSET :offset LIMIT :limit
""")  # noqa: S608 - of the names of columns
_WAITING = sa.text(f"""
SELECT {inbox_rows.AS_JSON}::text FROM inventory_inbox
WHERE char_id = :char_id AND consumed_at IS NULL ORDER BY id
""")  # noqa: S608 - same
_SINCE = sa.text(f"""
SELECT {ledger_rows.COLUMNS}, '' AS reason
FROM inventory_operations
WHERE char_id = :char_id AND op_id <> :starter AND version >= :version ORDER BY version
""")  # noqa: S608 - same
_MADE = sa.text(f"""
SELECT '', version, at, true FROM ledger_checkpoints WHERE char_id = :char_id
UNION ALL
SELECT op_id, version, at, false FROM inventory_operations WHERE char_id = :char_id AND {_IS_LATER}
ORDER BY version
""")  # noqa: S608 - same
_NEWEST = sa.text(f"""
SELECT {ledger_rows.COLUMNS}, '' AS reason
FROM inventory_operations WHERE char_id = :char_id AND starts_with(op_id, :prefix)
ORDER BY version DESC LIMIT :limit
""")  # noqa: S608 - same
_ONE = sa.text(f"""
SELECT {ledger_rows.COLUMNS}, '' AS reason
FROM inventory_operations WHERE char_id = :char_id AND {ledger_rows.THIS}
""")  # noqa: S608 - same
_ELSEWHERE = sa.text(f"""
SELECT id FROM inventory_items WHERE id = ANY(CAST(:ids AS bigint[])) AND char_id <> :char_id
UNION
SELECT CAST(thing ->> 'id' AS bigint) FROM inventory_inbox, {inbox_rows.THINGS}
WHERE consumed_at IS NULL AND thing ->> 'id' = ANY(CAST(CAST(:ids AS bigint[]) AS text[]))
UNION
SELECT CAST(thing ->> 'id' AS bigint)
FROM trade_gifts JOIN trades ON trades.id = trade, {inbox_rows.THINGS}
WHERE state = 'open' AND thing ->> 'id' = ANY(CAST(CAST(:ids AS bigint[]) AS text[]))
""")  # noqa: S608 - same


class PostgresLedger:
    """Implements `LedgerReader`, `DoneReader` and `PastReader`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = isolated(engine, "REPEATABLE READ")

    async def excerpt(
        self, char_id: int, *, offset: int = 0, limit: int = 0, without: Collection[str] = ()
    ) -> LedgerExcerpt | None:
        asked = {"char_id": char_id, "without": list(without), "offset": offset, "limit": limit}
        with database_errors():
            async with self._engine.connect() as connection:
                return await _excerpt(connection, asked)

    async def newest(self, char_id: int, prefix: str, limit: int) -> Sequence[LedgerEntry]:
        asked = {"char_id": char_id, "prefix": prefix, "limit": limit}
        with database_errors():
            async with self._engine.connect() as connection:
                return [_entry(row) for row in await connection.execute(_NEWEST, asked)]

    async def one(self, char_id: int, op_id: str) -> LedgerEntry | None:
        with database_errors():
            async with self._engine.connect() as connection:
                found = await connection.execute(_ONE, {"char_id": char_id, "op_id": op_id})
                row = found.one_or_none()
                return None if row is None else _entry(row)

    async def made(self, char_id: int) -> Sequence[Made]:
        with database_errors():
            async with self._engine.connect() as connection:
                return [Made(*row) for row in await connection.execute(_MADE, {"char_id": char_id})]

    async def since(self, char_id: int, version: int) -> Sequence[LedgerEntry]:
        asked = {"char_id": char_id, "version": version, "starter": STARTER}
        with database_errors():
            async with self._engine.connect() as connection:
                return [_entry(row) for row in await connection.execute(_SINCE, asked)]

    async def elsewhere(self, char_id: int, item_ids: Collection[int]) -> Collection[int]:
        asked = {"char_id": char_id, "ids": list(item_ids)}
        with database_errors():
            async with self._engine.connect() as connection:
                return frozenset((await connection.execute(_ELSEWHERE, asked)).scalars())


async def _excerpt(connection: AsyncConnection, asked: dict[str, object]) -> LedgerExcerpt | None:
    row = (await connection.execute(_INVENTORY, asked)).one_or_none()
    if row is None:
        return None
    entries = await connection.execute(_ENTRIES, asked) if asked["limit"] else ()
    waiting = (await connection.execute(_WAITING, asked)).scalars()
    return LedgerExcerpt(
        version=row.version,
        written_at=row.written_at,
        total=row.total,
        archived=None if row.archived is None else ArchivedUpto(row.archived, row.archived_at),
        entries=tuple(map(_entry, entries)),
        waiting=tuple(inbox_rows.grants(waiting)),
    )


def _entry(row: sa.Row[tuple[object, ...]]) -> LedgerEntry:
    return replace(ledger_rows.entry(row), refused=row.reason)
