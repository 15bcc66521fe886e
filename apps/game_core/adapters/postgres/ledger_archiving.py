"""Putting a checkpoint and mere ids in the place of entries that a file has: together, or not at all."""

from collections.abc import Mapping, Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from apps.game_core.adapters.ledger_files import Segment, digest, written
from apps.game_core.adapters.postgres import ledger_rows
from apps.game_core.adapters.postgres.checkpoints import closed
from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.adapters.postgres.events import LEDGER
from apps.game_core.modules.inventory.inventory.logic.history.archiving import Portion

AT_MOST = 200
"""Ids in a stretch: it is read as a whole for each id that is asked for."""
# Up to the first entry that is too young, or that somebody has still to hear.
_DUE = sa.text(f"""
SELECT char_id, max(version) AS upto FROM (
    SELECT char_id, version, bool_and(is_due) OVER (PARTITION BY char_id ORDER BY version) AS all_are FROM (
        SELECT o.char_id, o.version, o.written_at < to_timestamp(CAST(:before AS float8)) AND NOT EXISTS (
            SELECT FROM event_cursors c WHERE c.ledger <> {LEDGER}
                OR (o.written_in, o.char_id, o.version) > (c.written_in, c.char_id, c.version)
        ) AS is_due
        FROM inventory_operations o LEFT JOIN ledger_checkpoints k ON k.char_id = o.char_id
        WHERE o.char_id = ANY(CAST(:char_ids AS bigint[])) AND o.version > coalesce(k.version, -1)
    ) AS each
) AS so_far
WHERE all_are GROUP BY char_id ORDER BY char_id
""")  # noqa: S608 - of the names of columns
_STANDING = sa.text("""
SELECT char_id, digest, version FROM ledger_checkpoints
WHERE char_id = ANY(CAST(:char_id AS bigint[])) ORDER BY char_id FOR UPDATE
""")
_TAKE_OUT = sa.text(f"""
DELETE FROM inventory_operations AS row
USING unnest(CAST(:char_id AS bigint[]), CAST(:version AS bigint[])) AS gone (owner, upto)
WHERE row.char_id = owner AND row.version <= upto AND {ledger_rows.GOES}
RETURNING {ledger_rows.COLUMNS}, char_id
""")  # noqa: S608 - same
_PUT = sa.text("""
INSERT INTO ledger_checkpoints AS old (char_id, version, at, digest, state)
SELECT * FROM unnest(
    CAST(:char_id AS bigint[]), CAST(:version AS bigint[]), CAST(:at AS bigint[]), CAST(:digest AS bytea[]),
    CAST(:state AS bytea[])
)
ON CONFLICT (char_id) DO UPDATE SET version = excluded.version, at = excluded.at, digest = excluded.digest,
    state = excluded.state, made_at = now()
""")
# Each joins the stretch that it belongs to; one that becomes too long is cut into even ones.
KEEP_IDS = sa.text(f"""
WITH new AS (
    SELECT char_id, id, (
        SELECT max(old.first) FROM ledger_archived_ids old
        WHERE old.char_id = each.char_id AND old.first <= id
    ) AS place
    FROM (
        SELECT char_id, {ledger_rows.KEY.format("op_id")} AS id
        FROM unnest(CAST(:char_id AS bigint[]), CAST(:op_id AS text[])) AS named (char_id, op_id)
    ) AS each
), gone AS (
    DELETE FROM ledger_archived_ids old USING (SELECT DISTINCT char_id, place FROM new) AS meant
    WHERE old.char_id = meant.char_id AND old.first = meant.place RETURNING old.char_id, old.first, old.ids
), every AS (
    SELECT char_id, id, place FROM new UNION SELECT char_id, unnest(ids), first FROM gone
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY char_id, place ORDER BY id) - 1 AS number,
        count(*) OVER (PARTITION BY char_id, place) AS all_of_them
    FROM every
), parted AS (
    SELECT *, number * ((all_of_them - 1) / {AT_MOST} + 1) / all_of_them AS part FROM numbered
)
INSERT INTO ledger_archived_ids (char_id, first, ids)
SELECT char_id, min(id), array_agg(id ORDER BY id) FROM parted GROUP BY char_id, place, part
""")  # noqa: S608 - same


class ChangedMeanwhileError(Exception):
    """The database has something else by now than the file: nothing was taken out."""


class LedgerArchiving:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def due(self, char_ids: Sequence[int], before: float) -> Mapping[int, int]:
        """Up to which version all is older than `before` (Unix seconds), and everybody has heard of it."""
        with database_errors():
            async with self._engine.connect() as connection:
                asked = {"char_ids": list(char_ids), "before": before}
                return {row.char_id: row.upto for row in await connection.execute(_DUE, asked)}

    async def replace(self, portions: Sequence[Portion], read: Sequence[Segment]) -> None:
        """All of them, with what a file says when it is read back, in one transaction.

        Raises ChangedMeanwhileError, and what the database says.
        """
        with database_errors():
            async with self._engine.begin() as connection:
                await _take_out(connection, portions, read)
                names = [(each.char_id, entry.op_id) for each in read for entry in each.entries]
                owners, op_ids = zip(*names, strict=True) if names else ((), ())
                await connection.execute(KEEP_IDS, {"char_id": list(owners), "op_id": list(op_ids)})
                await connection.execute(_PUT, _checkpoints(portions, read))


async def _take_out(
    connection: AsyncConnection, portions: Sequence[Portion], read: Sequence[Segment]
) -> None:
    char_ids = [each.char_id for each in portions]
    rows = (await connection.execute(_STANDING, {"char_id": char_ids})).all()
    standing = {row.char_id: (row.digest, row.version) for row in rows}
    upto = [each.version for each in portions]
    rows = (await connection.execute(_TAKE_OUT, {"char_id": char_ids, "version": upto})).all()
    found = {
        char_id: {each[0]: ledger_rows.entry(each) for each in mine}
        for char_id, mine in groupby(sorted(rows, key=lambda row: row.char_id), lambda row: row.char_id)
    }
    for portion, segment in zip(portions, read, strict=True):
        going = {each.op_id: each for each in segment.entries if each.kind not in ledger_rows.KEPT}
        digest_before, version = standing.get(segment.char_id, (b"", -1))
        is_next = digest_before == segment.before and version < portion.version
        if not is_next or found.get(segment.char_id, {}) != going:
            raise ChangedMeanwhileError(segment.char_id)


def _checkpoints(portions: Sequence[Portion], read: Sequence[Segment]) -> dict[str, list[object]]:
    return {
        "char_id": [each.char_id for each in portions],
        "version": [each.version for each in portions],
        "at": [each.at for each in portions],
        "digest": [digest(written(each)) for each in read],
        "state": [closed(each.state) for each in portions],
    }
