"""The statements of a sync: each writes any number of inventories at once."""

from collections.abc import Mapping

import msgspec
import sqlalchemy as sa

from apps.game_core.adapters.postgres import item_rows, ledger_rows
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.ports import InventoryData, LedgerEntry

Columns = dict[str, list[object]]

# The mark tells the trigger on item rows that this transaction keeps version and rev itself.
# Locked before, in one order: a join takes them in whatever order it likes. Marked once, not for each row.
FENCE = sa.text("""
WITH locked AS (
    SELECT char_id FROM inventories WHERE char_id = ANY(CAST(:char_id AS bigint[]))
    ORDER BY char_id FOR NO KEY UPDATE
), mark AS MATERIALIZED (SELECT set_config('inventory.writer', 'session', true))
UPDATE inventories AS row SET version = new.version, rev = new.rev
FROM mark, unnest(
    CAST(:char_id AS bigint[]), CAST(:base_version AS bigint[]), CAST(:base_rev AS text[]),
    CAST(:version AS bigint[]), CAST(:rev AS text[])
) AS new (char_id, base_version, base_rev, version, rev)
WHERE row.char_id = ANY(ARRAY(SELECT char_id FROM locked))
  AND row.char_id = new.char_id AND row.version = new.base_version AND row.rev = new.base_rev
RETURNING row.char_id
""")
ROWS = sa.text(
    "SELECT char_id, version, rev FROM inventories WHERE char_id = ANY(CAST(:char_ids AS bigint[]))"
)
REMOVE = sa.text("""
DELETE FROM inventory_items AS row
USING unnest(CAST(:char_id AS bigint[]), CAST(:id AS bigint[])) AS gone (char_id, id)
WHERE row.char_id = gone.char_id AND row.id = gone.id
RETURNING row.char_id
""")
VITALS = sa.text("""
UPDATE characters AS row SET hp = new.hp, buffs = CAST(new.buffs AS jsonb)
FROM unnest(
    CAST(:char_id AS bigint[]), CAST(:hp AS int[]), CAST(:buffs AS text[])
) AS new (char_id, hp, buffs)
WHERE row.id = new.char_id
""")
HEROES = sa.text("""
UPDATE characters AS row
SET level = new.level, strength = new.strength, max_hp = new.max_hp, experience = new.experience
FROM unnest(
    CAST(:char_id AS bigint[]), CAST(:level AS int[]), CAST(:strength AS int[]), CAST(:max_hp AS int[]),
    CAST(:experience AS int[])
) AS new (char_id, level, strength, max_hp, experience)
WHERE row.id = new.char_id
""")
PURSES = sa.text("""
UPDATE inventories AS row SET coins = new.coins
FROM unnest(CAST(:char_id AS bigint[]), CAST(:coins AS bigint[])) AS new (char_id, coins)
WHERE row.char_id = new.char_id
""")
SAVED = sa.text("""
INSERT INTO inventory_loadouts AS row (char_id, id, name, pieces)
SELECT new.char_id, new.id, new.name, CAST(new.pieces AS jsonb)
FROM unnest(
    CAST(:char_id AS bigint[]), CAST(:id AS bigint[]), CAST(:name AS text[]), CAST(:pieces AS text[])
) AS new (char_id, id, name, pieces)
ON CONFLICT (char_id, id) DO UPDATE SET name = excluded.name, pieces = excluded.pieces
""")
FORGOTTEN = sa.text("""
DELETE FROM inventory_loadouts AS row
USING unnest(CAST(:char_id AS bigint[]), CAST(:id AS bigint[])) AS gone (char_id, id)
WHERE row.char_id = gone.char_id AND row.id = gone.id
""")
LEDGER = sa.text("""
INSERT INTO inventory_operations (char_id, op_id, version, kind, at, payload, result, before, body)
SELECT new.char_id, new.op_id, new.version, new.kind, new.at,
       CAST(new.payload AS jsonb), CAST(new.result AS jsonb), CAST(new.before AS jsonb), new.body
FROM unnest(
    CAST(:char_id AS bigint[]), CAST(:op_id AS text[]), CAST(:version AS bigint[]), CAST(:kind AS text[]),
    CAST(:at AS bigint[]), CAST(:payload AS text[]), CAST(:result AS text[]), CAST(:before AS text[]),
    CAST(:body AS bytea[])
) AS new (char_id, op_id, version, kind, at, payload, result, before, body)
""")
CONFLICTS = sa.text("""
INSERT INTO inventory_conflicts (char_id, op_id, version, kind, payload, result, reason)
SELECT new.char_id, new.op_id, new.version, new.kind, CAST(new.payload AS jsonb), CAST(new.result AS jsonb),
       new.reason
FROM unnest(
    CAST(:char_id AS bigint[]), CAST(:op_id AS text[]), CAST(:version AS bigint[]), CAST(:kind AS text[]),
    CAST(:payload AS text[]), CAST(:result AS text[]), CAST(:reason AS text[])
) AS new (char_id, op_id, version, kind, payload, result, reason)
ON CONFLICT (char_id, op_id) DO NOTHING
""")
TOLD = sa.text("""
UPDATE inventory_conflicts AS row SET told_at = now()
FROM unnest(CAST(:char_id AS bigint[]), CAST(:version AS bigint[])) AS told (char_id, version)
WHERE row.char_id = told.char_id AND row.version < told.version AND row.told_at IS NULL
""")
# Nothing is believed to have come that the inbox does not bring.
RECEIVED = sa.text("""
UPDATE inventory_inbox AS row SET consumed_at = now()
FROM unnest(
    CAST(:char_id AS bigint[]), CAST(:id AS bigint[]), CAST(:trade AS bigint[]), CAST(:mark AS bigint[])
) AS receipt (char_id, id, trade, mark)
WHERE row.id = receipt.id AND row.char_id = receipt.char_id AND row.consumed_at IS NULL
    AND row.trade IS NOT DISTINCT FROM receipt.trade AND row.mark IS NOT DISTINCT FROM receipt.mark
RETURNING row.id
""")

Writes = Mapping[int, InventoryData]


def fences(writes: Writes) -> Columns:
    each = [(char_id, data.fence) for char_id, data in sorted(writes.items())]
    return {
        "char_id": [char_id for char_id, _ in each],
        "base_version": [fence.base.version for _, fence in each],
        "base_rev": [fence.base.rev for _, fence in each],
        "version": [fence.to.version for _, fence in each],
        "rev": [fence.to.rev for _, fence in each],
    }


def removals(writes: Writes) -> Columns:
    pairs = [(char_id, item_id) for char_id, data in writes.items() for item_id in data.removed]
    return {"char_id": [char_id for char_id, _ in pairs], "id": [item_id for _, item_id in pairs]}


def items(writes: Writes) -> Columns:
    owners: list[object] = [char_id for char_id, data in writes.items() for _ in data.changed]
    rows = [placed for data in writes.values() for placed in data.changed]
    return {"char_id": owners, **item_rows.columns(rows)}


def vitals(writes: Writes) -> Columns:
    each = [(char_id, data.vitals) for char_id, data in writes.items() if data.vitals]
    return {
        "char_id": [char_id for char_id, _ in each],
        "hp": [vitals.hp for _, vitals in each],
        "buffs": [msgspec.json.encode(vitals.buffs).decode() for _, vitals in each],
    }


def heroes(writes: Writes) -> Columns:
    each = [(char_id, data.hero) for char_id, data in writes.items() if data.hero]
    return {
        "char_id": [char_id for char_id, _ in each],
        "level": [hero.level for _, hero in each],
        "strength": [hero.strength for _, hero in each],
        "max_hp": [hero.max_hp for _, hero in each],
        "experience": [hero.experience for _, hero in each],
    }


def purses(writes: Writes) -> Columns:
    each = [(char_id, data.coins) for char_id, data in writes.items() if data.coins is not None]
    return {"char_id": [char_id for char_id, _ in each], "coins": [coins for _, coins in each]}


def saved(writes: Writes) -> Columns:
    each = [(char_id, loadout) for char_id, data in writes.items() for loadout in data.saved]
    return {
        "char_id": [char_id for char_id, _ in each],
        "id": [loadout.id for _, loadout in each],
        "name": [loadout.name for _, loadout in each],
        "pieces": [msgspec.json.encode(loadout.pieces).decode() for _, loadout in each],
    }


def forgotten(writes: Writes) -> Columns:
    pairs = [(char_id, each) for char_id, data in writes.items() for each in data.forgotten]
    return {"char_id": [char_id for char_id, _ in pairs], "id": [each for _, each in pairs]}


def ledger(writes: Writes, *, pack: bool) -> Columns:
    each = _entries(writes, refused=False)
    return {
        **_names(each),
        "at": [entry.at for _, entry in each],
        **ledger_rows.columns((entry for _, entry in each), pack=pack),
    }


def conflicts(writes: Writes) -> Columns:
    return refusals(_entries(writes, refused=True))


def refusals(each: list[tuple[int, LedgerEntry]]) -> Columns:
    return {
        **_names(each),
        "payload": [entry.payload.decode() for _, entry in each],
        "result": [entry.result.decode() for _, entry in each],
        "reason": [entry.refused for _, entry in each],
    }


def told(writes: Writes) -> Columns:
    each = [(char_id, data.told) for char_id, data in writes.items() if data.told]
    return {
        "char_id": [char_id for char_id, _ in each],
        "version": [version for _, version in each],
    }


def receipts(writes: Writes) -> Columns:
    each = [(char_id, receipt) for char_id, data in writes.items() for receipt in data.receipts]
    return {
        "char_id": [char_id for char_id, _ in each],
        "id": [receipt.row for _, receipt in each],
        "trade": [receipt.trade for _, receipt in each],
        "mark": [receipt.mark for _, receipt in each],
    }


def gives(writes: Writes) -> list[tuple[int, Give]]:
    return [(char_id, give) for char_id, data in writes.items() for give in data.gives]


def _entries(writes: Writes, *, refused: bool) -> list[tuple[int, LedgerEntry]]:
    return [
        (char_id, entry)
        for char_id, data in writes.items()
        for entry in data.operations
        if bool(entry.refused) is refused
    ]


def _names(each: list[tuple[int, LedgerEntry]]) -> Columns:
    return {
        "char_id": [char_id for char_id, _ in each],
        "op_id": [entry.op_id for _, entry in each],
        "version": [entry.version for _, entry in each],
        "kind": [entry.kind for _, entry in each],
    }
