"""Packing what older releases wrote into the ledger, and the way back: batch by batch, while others play."""

from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from apps.game_core.adapters.postgres import ledger_rows
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.value import replace

# An entry never changes, so that nobody waits for these locks but who edits it by hand.
_SOME = sa.text(f"""
SELECT {ledger_rows.COLUMNS}, char_id FROM inventory_operations
WHERE (char_id, version, op_id) > (CAST(:char_id AS bigint), CAST(:version AS bigint), CAST(:op_id AS text))
  AND (body IS NULL) = CAST(:pack AS boolean) AND kind <> ALL(CAST(:unpacked AS text[]))
ORDER BY char_id, version, op_id LIMIT :limit FOR UPDATE
""")  # noqa: S608 - of the names of columns
_REPLACE = sa.text(f"""
UPDATE inventory_operations AS row
SET payload = CAST(new.payload AS jsonb), result = CAST(new.result AS jsonb),
    before = CAST(new.before AS jsonb), body = new.body
FROM unnest(
    CAST(:char_id AS bigint[]), CAST(:op_id AS text[]), CAST(:payload AS text[]), CAST(:result AS text[]),
    CAST(:before AS text[]), CAST(:body AS bytea[])
) AS new (char_id, op_id, payload, result, before, body)
WHERE row.char_id = new.char_id AND row.op_id = new.op_id
  AND {ledger_rows.KEY.format("row.op_id")} = {ledger_rows.KEY.format("new.op_id")}
""")  # noqa: S608 - same

_NEWEST = sa.text("SELECT max(char_id) FROM inventories")


@dataclass(frozen=True, slots=True)
class PackedUpto:
    """An entry of the ledger; the first has none before it."""

    char_id: int = 0
    version: int = 0
    op_id: str = ""


def repack(connection: sa.Connection, after: PackedUpto, limit: int, *, pack: bool) -> tuple[int, PackedUpto]:
    """How many of the next entries were changed, and which was the last: none when all are as they should."""
    asked = {"char_id": after.char_id, "version": after.version, "op_id": after.op_id}
    wanted = {"pack": pack, "unpacked": list(ledger_rows.UNPACKED), "limit": limit}
    found = connection.execute(_SOME, asked | wanted).all()
    if not found:
        return 0, after
    entries = [_compact(ledger_rows.entry(row)) for row in found]
    names = {"char_id": [row.char_id for row in found], "op_id": [row.op_id for row in found]}
    connection.execute(_REPLACE, names | ledger_rows.columns(entries, pack=pack))
    return len(found), PackedUpto(found[-1].char_id, found[-1].version, found[-1].op_id)


def newest_owner(connection: sa.Connection) -> int:
    """Whose entries come last."""
    return connection.scalar(_NEWEST) or 0


def unpack_all(connection: sa.Connection) -> None:
    changed, last = 1, PackedUpto()
    while changed:
        changed, last = repack(connection, last, 1000, pack=False)


def _compact(entry: LedgerEntry) -> LedgerEntry:
    """As it was before PostgreSQL spaced it out and sorted it: so it packs best."""
    parts = [msgspec.json.format(part, indent=-1) for part in (entry.payload, entry.result, entry.before)]
    return replace(entry, payload=_in_order(parts[0]), result=parts[1], before=parts[2])


def _in_order(payload: bytes) -> bytes:
    try:
        parts = msgspec.json.decode(payload, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return payload
    first = {name: parts[name] for name in ("op_id", "at") if name in parts}
    return msgspec.json.encode(first | parts)
