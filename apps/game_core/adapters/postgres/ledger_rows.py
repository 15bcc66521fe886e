"""Rows of the ledger: most of them packed, the others as JSON that SQL looks into."""

from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

from apps.game_core.adapters.packing import completed, packed, shortened, unpacked
from apps.game_core.modules.inventory.inventory.operation_ids import ARCHIVED
from apps.game_core.modules.inventory.inventory.rules.forgoing import Forgo
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive
from apps.game_core.modules.inventory.ports import LedgerEntry

# Whoever counts what trades gave and brought asks by statements of SQL.
UNPACKED = frozenset({Give.kind, Receive.kind})
# Nor can they ask a file; and what shall never be done is neither done nor forgotten.
KEPT = UNPACKED | {Forgo.kind}
GOES = f"kind NOT IN ({', '.join(map(repr, sorted(KEPT)))})"
_PARTS = ("payload", "result", "before")
COLUMNS = f"op_id, version, kind, at, {', '.join(f'{part}::text AS {part}' for part in _PARTS)}, body"
"""The first of whatever is handed to `entry`."""
_SUM = 4
_UNREADABLE = (b"", b"", b"")
"""As of a kind that nobody knows: whoever decodes it says so."""

# The index has a number for each id, which is a quarter as long.
KEY = "hashtextextended({}, 0)"
THIS = f"op_id = :op_id AND {KEY.format('op_id')} = {KEY.format(':op_id')}"
AMONG = f"""op_id = ANY(CAST(:op_ids AS text[])) AND {KEY.format("op_id")} = ANY(ARRAY(
    SELECT {KEY.format("each")} FROM unnest(CAST(:op_ids AS text[])) AS each))"""  # noqa: S608 - ours

# In place of an entry that went into a file: that there was one.
IS_ARCHIVED = "ledger_is_archived(:char_id, :op_id)"
ARCHIVED_ENTRY = f"""SELECT CAST(:op_id AS text) AS op_id, CAST(0 AS bigint) AS version, '{ARCHIVED}' AS kind,
    CAST(0 AS bigint) AS at, '' AS payload, '' AS result, '' AS before, CAST(NULL AS bytea) AS body"""


def entry(row: Sequence[Any]) -> LedgerEntry:
    op_id, version, kind, at, payload, result, before, body, *_ = row
    if body is None:
        return LedgerEntry(op_id, version, kind, at, payload.encode(), result.encode(), before.encode())
    return LedgerEntry(op_id, version, kind, at, *_parts(body, op_id, at))


def columns(entries: Iterable[LedgerEntry], *, pack: bool) -> dict[str, list[object]]:
    """Parallel arrays: of each entry either three parts or one body."""
    stored = [_stored(each, pack=pack) for each in entries]
    return {name: [row[place] for row in stored] for place, name in enumerate((*_PARTS, "body"))}


def _stored(entry: LedgerEntry, *, pack: bool) -> tuple[str | None, str | None, str | None, bytes | None]:
    if not pack or entry.kind in UNPACKED:
        return entry.payload.decode(), entry.result.decode(), entry.before.decode(), None
    parts = (shortened(entry.payload, entry.op_id, entry.at), entry.result, entry.before)
    return None, None, None, packed(parts, entry.op_id.encode()) + _sum(parts)


def _parts(body: bytes, op_id: str, at: int) -> tuple[bytes, bytes, bytes]:
    try:
        payload, result, before = parts = unpacked(body[:-_SUM], op_id.encode())
    except ValueError:
        return _UNREADABLE
    return (completed(payload, op_id, at), result, before) if _sum(parts) == body[-_SUM:] else _UNREADABLE


def _sum(parts: Iterable[bytes]) -> bytes:
    """What was packed with another id comes out as something else, and nothing else would say so."""
    return crc32(b"\0".join(parts)).to_bytes(_SUM, "big")
