"""The ledger in the order in which it is told, and how far each subscriber has heard."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from apps.game_core.adapters.postgres import ledger_rows
from apps.game_core.adapters.postgres.engine import database_errors, isolated
from apps.game_core.modules.inventory.errors import DatabaseBusyError
from apps.game_core.modules.inventory.event_ports import LedgerPlace, WrittenEntry
from apps.game_core.modules.inventory.events import MOST_COUNTED, SubscriberState

# Any fixed number, other than a migration's; a lock belongs to it and to the subscriber.
_ADVISORY_LOCK = 7_302_552
_STRETCH = 5_000
"""Entries of a dump that are numbered anew at a time."""
# A table that was made anew was filled from a dump; another cluster or database counts its transactions anew.
LEDGER = """md5(concat_ws('/',
    (SELECT system_identifier FROM pg_control_system()),
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    to_regclass('inventory_operations')::oid
))"""
_PLACE = "(o.written_in, o.char_id, o.version)"
_IN_ORDER = "ORDER BY o.written_in, o.char_id, o.version"
# Who has no place in this ledger is before its first entry.
_AFTER = f"""
{_PLACE} > (coalesce(c.written_in, '0'), coalesce(c.char_id, 0), coalesce(c.version, 0))
"""
# All that is older than numbers has none: there may be millions of these, and an index of their own.
_FOLLOWING = f"""(
    SELECT * FROM inventory_operations o
    WHERE o.written_in = '0' AND coalesce(c.written_in, '0') = '0'
      AND (o.char_id, o.version) > (coalesce(c.char_id, 0), coalesce(c.version, 0))
    ORDER BY o.char_id, o.version LIMIT 1
) UNION ALL (
    SELECT * FROM inventory_operations o WHERE o.written_in > '0' AND {_AFTER} {_IN_ORDER} LIMIT 1
) LIMIT 1"""  # noqa: S608 - of the names of columns
_BEHIND = sa.text(f"""
SELECT extract(epoch FROM now() - o.written_at)::float8
FROM (SELECT CAST(:subscriber AS text)) AS s (name)
LEFT JOIN event_cursors c ON c.subscriber = s.name AND c.ledger = {LEDGER}
CROSS JOIN LATERAL ({_FOLLOWING}) AS o
""")  # noqa: S608 - of the names of columns
# A lock that asks for no transaction id: others may hear on while somebody is slow.
_LOCK = sa.text(f"SELECT pg_try_advisory_xact_lock({_ADVISORY_LOCK}, hashtext(:subscriber))")
_CURSOR = sa.text(f"""
SELECT written_in, char_id, version FROM event_cursors
WHERE subscriber = :subscriber AND ledger = {LEDGER}
""")  # noqa: S608 - same
_PARTS = ", ".join(
    f"CASE WHEN wanted THEN {part} END"
    for part in ("o.payload::text", "o.result::text", "o.before::text", "o.body")
)
_ENTRIES = f"""
SELECT o.op_id, o.version, o.kind, o.at, {_PARTS}, wanted, o.written_in, o.char_id,
       extract(epoch FROM now() - o.written_at)::float8 AS age
FROM inventory_operations o
CROSS JOIN LATERAL (
    SELECT CAST(:kinds AS text[]) IS NULL OR o.kind = ANY(CAST(:kinds AS text[]))
) AS w (wanted)
"""  # noqa: S608 - same
_EARLIEST = sa.text(f"""{_ENTRIES}
WHERE o.written_in = '0' AND (o.char_id, o.version) > (CAST(:char_id AS bigint), CAST(:version AS bigint))
ORDER BY o.char_id, o.version FETCH FIRST :limit ROWS WITH TIES
""")
_AFTER_THE_EARLIEST = LedgerPlace(1, 0, 0)
# Whoever has not begun to write will have a later number than all that write now: before the first of these
# nothing can come any more. Entries in one place, if there are, are told together.
_NEXT = sa.text(f"""{_ENTRIES}
WHERE {_PLACE} > (CAST(:written_in AS xid8), CAST(:char_id AS bigint), CAST(:version AS bigint))
  AND o.written_in < pg_snapshot_xmin(pg_current_snapshot())
{_IN_ORDER} FETCH FIRST :limit ROWS WITH TIES
""")
_MOVE = sa.text("""
UPDATE event_cursors
SET written_in = CAST(:to_written_in AS xid8), char_id = :to_char_id, version = :to_version, moved_at = now(),
    failures = 0, error = ''
WHERE subscriber = :subscriber AND written_in = CAST(:written_in AS xid8)
  AND char_id = :char_id AND version = :version
""")
_SEND_BACK = sa.text("""
UPDATE event_cursors SET written_in = '0', char_id = 0, version = 0 WHERE subscriber = :subscriber
""")
_FAILED = sa.text("""
UPDATE event_cursors SET failures = failures + 1, error = :error WHERE subscriber = :subscriber
""")
_IS_NUMBERED = sa.text(f"SELECT EXISTS (SELECT FROM event_cursors WHERE ledger = {LEDGER})")  # noqa: S608 - ours
# A row says by itself which transaction put it there: where that is not the one that wrote the entry, it came
# out of a dump.
_NUMBER = sa.text("""
WITH stretch AS (
    SELECT ctid AS row, written_in, CAST(written_in AS xid) <> xmin AS copied FROM inventory_operations
    WHERE written_in > CAST(:after AS xid8) ORDER BY written_in FETCH FIRST :limit ROWS WITH TIES
), numbered AS (
    UPDATE inventory_operations o SET written_in = '0' FROM stretch AS s WHERE s.copied AND o.ctid = s.row
)
SELECT max(written_in) FROM stretch
""")
_BEGIN = sa.text(f"""
INSERT INTO event_cursors AS c (subscriber, ledger) VALUES (:subscriber, {LEDGER})
ON CONFLICT (subscriber) DO UPDATE SET ledger = excluded.ledger, written_in = '0', char_id = 0, version = 0
WHERE c.ledger <> excluded.ledger
""")  # noqa: S608 - of the names of columns
_STATES = sa.text(f"""
SELECT c.subscriber, extract(epoch FROM c.moved_at)::bigint AS moved_at, c.failures, c.error,
       (SELECT count(*) FROM (
           SELECT FROM inventory_operations o WHERE {_AFTER} LIMIT {MOST_COUNTED}
       ) AS still) AS waiting,
       extract(epoch FROM now() - o.written_at)::float8 AS behind, o.char_id, o.version, o.kind
FROM (
    SELECT subscriber, moved_at, failures, error,
           CASE WHEN known THEN written_in END AS written_in, CASE WHEN known THEN char_id END AS char_id,
           CASE WHEN known THEN version END AS version
    FROM event_cursors CROSS JOIN LATERAL (SELECT ledger = {LEDGER}) AS here (known)
) AS c
LEFT JOIN LATERAL ({_FOLLOWING}) AS o ON true
ORDER BY c.subscriber
""")  # noqa: S608 - of the names of columns


class PostgresEventLog:
    """Implements `EventLog`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(self, subscriber: str) -> LedgerPlace | None:
        asked = {"subscriber": subscriber}
        with database_errors():
            if not await self._connection.scalar(_LOCK, asked):
                return None
            # In a statement of its own: it sees what the last who held the lock has left.
            found = (await self._connection.execute(_CURSOR, asked)).one_or_none()
        return None if found is None else LedgerPlace(*found)

    async def after(
        self, place: LedgerPlace, kinds: Collection[str] | None, limit: int
    ) -> Sequence[WrittenEntry]:
        wanted = None if kinds is None else [*kinds]
        found: list[WrittenEntry] = []
        with database_errors():
            if not place.written_in:
                found += await self._read(_EARLIEST, place, wanted, limit)
                place = _AFTER_THE_EARLIEST
            if len(found) < limit:
                found += await self._read(_NEXT, place, wanted, limit - len(found))
        return found

    async def _read(
        self, statement: sa.TextClause, place: LedgerPlace, kinds: list[str] | None, limit: int
    ) -> list[WrittenEntry]:
        asked = {**_columns(place), "kinds": kinds, "limit": limit}
        return [_written(row) for row in await self._connection.execute(statement, asked)]

    async def move(self, subscriber: str, start: LedgerPlace, end: LedgerPlace) -> None:
        values = {"subscriber": subscriber, **_columns(start), **_columns(end, "to_")}
        with database_errors():
            moved = await self._connection.execute(_MOVE, values)
        if not moved.rowcount:
            raise DatabaseBusyError(subscriber)


class PostgresEventWatch:
    """Implements `EventWatch`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = isolated(engine, "AUTOCOMMIT")

    async def behind(self, subscriber: str) -> float | None:
        found: float | None = await self._scalar(_BEHIND, {"subscriber": subscriber})
        return found

    async def settle(self, subscriber: str) -> bool:
        if not await self._scalar(_IS_NUMBERED):
            await self._number()
        return await self._changed(_BEGIN, {"subscriber": subscriber})

    async def send_back(self, subscriber: str) -> bool:
        return await self._changed(_SEND_BACK, {"subscriber": subscriber})

    async def failed(self, subscriber: str, error: str) -> None:
        await self._changed(_FAILED, {"subscriber": subscriber, "error": error})

    async def states(self) -> Sequence[SubscriberState]:
        with database_errors():
            async with self._engine.connect() as connection:
                return [_state(row) for row in await connection.execute(_STATES)]

    async def _number(self) -> None:
        """Stretch by stretch, so that none takes long; as often as somebody dies in the middle."""
        after: int | None = 0
        while after is not None:
            after = await self._scalar(_NUMBER, {"after": after, "limit": _STRETCH})

    async def _changed(self, statement: sa.TextClause, values: dict[str, object]) -> bool:
        with database_errors():
            async with self._engine.connect() as connection:
                return bool((await connection.execute(statement, values)).rowcount)

    async def _scalar(self, statement: sa.TextClause, values: dict[str, object] | None = None) -> Any:
        with database_errors():
            async with self._engine.connect() as connection:
                return await connection.scalar(statement, values)


def _columns(place: LedgerPlace, prefix: str = "") -> dict[str, int]:
    values = {"written_in": place.written_in, "char_id": place.char_id, "version": place.version}
    return {f"{prefix}{name}": value for name, value in values.items()}


def _written(row: sa.Row[Any]) -> WrittenEntry:
    place = LedgerPlace(row.written_in, row.char_id, row.version)
    return WrittenEntry(place, row.age, row.kind, ledger_rows.entry(row) if row.wanted else None)


def _state(row: sa.Row[Any]) -> SubscriberState:
    following = None if row.kind is None else (row.char_id, row.version, row.kind)
    return SubscriberState(
        row.subscriber, row.waiting, row.behind or 0.0, row.moved_at, row.failures, row.error, following
    )
