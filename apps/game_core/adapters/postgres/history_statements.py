"""What the histories of many inventories are read by."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from apps.game_core.adapters.postgres import inbox_rows, item_rows, ledger_rows
from apps.game_core.modules.inventory.inventory.operation_ids import INBOX_PREFIX

_INVENTORIES = """
SELECT i.char_id, c.name, c.level, c.strength, c.max_hp, c.experience, c.hp, c.buffs::text AS buffs,
       i.version, i.rev, i.max_slots, i.quick_slots, i.coins
FROM characters c JOIN inventories i ON i.char_id = c.id
WHERE {these} ORDER BY char_id
"""
# Rows as JSON, in the shape that the ledger has them: one decoder instead of a dozen values a row.
_ITEMS = f"""
SELECT char_id, json_agg({item_rows.AS_JSON})::text AS rows
FROM inventory_items WHERE {{these}} GROUP BY char_id
"""  # noqa: S608 - of the names of columns
# What is archived and stays in the ledger is in the checkpoint.
_LEDGER = f"""
SELECT {ledger_rows.COLUMNS}, char_id
FROM inventory_operations
LEFT JOIN (SELECT char_id, version AS archived FROM ledger_checkpoints) AS checkpoint USING (char_id)
WHERE {{these}} AND (version > coalesce(archived, -1) OR {ledger_rows.GOES})
ORDER BY char_id, version
"""  # noqa: S608 - same
_CHECKPOINTS = """
SELECT char_id, version, at, digest, state FROM ledger_checkpoints
WHERE {these} ORDER BY char_id
"""
_EDITS = """
SELECT char_id, version, before::text AS before, after::text AS after, vitals::text AS vitals,
       hero::text AS hero, coins::text AS coins, floor(extract(epoch FROM edited_at))::bigint AS at,
       edited_by, id
FROM inventory_edits WHERE {these} ORDER BY char_id, version, id
"""
_DELIVERED = f"""
SELECT char_id, {inbox_rows.AS_JSON}::text AS granted,
       ledger_is_archived(char_id, concat('{INBOX_PREFIX}', id)) AS archived
FROM inventory_inbox
WHERE {{these}} AND consumed_at IS NOT NULL ORDER BY char_id
"""  # noqa: S608 - same
_REFUSED = """
SELECT char_id, op_id FROM inventory_conflicts
WHERE {these} ORDER BY char_id
"""
_LOADOUTS = """
SELECT char_id, id, json_build_object('id', id, 'name', name, 'pieces', pieces)::text AS loadout
FROM inventory_loadouts WHERE {these} ORDER BY char_id, id
"""
_BESIDE = {
    "items": _ITEMS,
    "loadouts": _LOADOUTS,
    "edits": _EDITS,
    "delivered": _DELIVERED,
    "refused": _REFUSED,
    "checkpoints": _CHECKPOINTS,
}


@dataclass(frozen=True, slots=True)
class HistoryStatements:
    """`beside` an inventory and its ledger, by name."""

    inventories: sa.TextClause
    ledger: sa.TextClause
    beside: Mapping[str, sa.TextClause]


def _of(these: str) -> HistoryStatements:
    def asked(statement: str) -> sa.TextClause:
        return sa.text(statement.replace("{these}", these))

    beside = {name: asked(statement) for name, statement in _BESIDE.items()}
    return HistoryStatements(asked(_INVENTORIES), asked(_LEDGER), beside)


BY_RANGE = _of("char_id > :after AND char_id <= :upto")
BY_ID = _of("char_id = ANY(CAST(:char_ids AS bigint[]))")
