"""Both stores at one moment, read past everything that a fault touches."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from apps.game_core.adapters.postgres import ledger_rows
from apps.game_core.adapters.redis import documents, keys
from apps.game_core.adapters.redis.control_records import control as read_control
from apps.game_core.modules.inventory.inventory.model import Hero, InventorySession
from apps.game_core.modules.inventory.inventory.operation_ids import LOST
from apps.game_core.modules.inventory.inventory.rules.dropping import DropMany
from apps.game_core.modules.inventory.inventory.rules.mending import MendItem
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore
from apps.game_core.modules.inventory.ports import DatabaseRow, LedgerEntry
from apps.game_core.modules.inventory.session_store import Control
from tools.statemachine.world import Row, Stores

_EVERYTHING = sa.text("""
SELECT version, rev, coins, name, level, strength, max_hp, experience,
    (SELECT coalesce(json_agg(json_build_array(
        id, base_id, quantity, place, position, locked, junk, durability)), '[]')::text
     FROM inventory_items WHERE char_id = :char_id) AS items,
    (SELECT coalesce(json_agg(json_build_array(id, name)), '[]')::text
     FROM inventory_loadouts WHERE char_id = :char_id) AS loadouts,
    (SELECT coalesce(json_agg(json_build_array(op_id, version, kind, at, payload::text, result::text,
        before::text, encode(body, 'hex'))), '[]')::text
     FROM inventory_operations WHERE char_id = :char_id AND version > 0) AS ledger,
    (SELECT coalesce(json_object_agg(op_id, reason), '{}')::text
     FROM inventory_conflicts WHERE char_id = :char_id) AS dropped
FROM inventories JOIN characters c ON c.id = char_id WHERE char_id = :char_id
""")


@dataclass(frozen=True)
class Entry:
    """An operation in the ledger or on its way there; `delta`: what it added or took, if it alone says so."""

    kind: str
    delta: Counter[str] | None = None
    refused: bool = False


@dataclass(frozen=True)
class Sight:
    """`dropped`: why; `ttls` in ms of document and control, -1 never, -2 not there."""

    row: DatabaseRow
    hero: Hero
    coins: int
    rows: Mapping[int, Row]
    loadouts: Mapping[int, str]
    ledger: Mapping[str, Entry]
    dropped: Mapping[str, str]
    session: InventorySession | None
    control: Control | None
    indexed: bool
    ttls: tuple[int, int]
    pending: Mapping[str, Entry]

    @property
    def effective(self) -> Mapping[str, Entry]:
        """What is pending and holds in the session."""
        return {op_id: entry for op_id, entry in self.pending.items() if not entry.refused}

    @property
    def standing(self) -> frozenset[str]:
        """Operations in effect."""
        return frozenset((*self.ledger, *self.effective))

    @property
    def overruled(self) -> frozenset[str]:
        """Operations that were taken back for good: until its player is told it is tried again."""
        waiting = self.control.pending if self.control else ()
        told = self.control.told if self.control else 0
        refused = (entry.op_id for entry in waiting if entry.refused and entry.version < told)
        return frozenset((*self.dropped, *refused)) - self.ledger.keys()

    @property
    def present(self) -> frozenset[str]:
        return frozenset((*self.ledger, *self.pending, *self.dropped))

    @property
    def notes_of_loss(self) -> frozenset[str]:
        """Records that changes are missing which nobody knows any more."""
        return frozenset(op_id for op_id in self.present if op_id.startswith(f"{LOST}:"))


async def look(stores: Stores, char_id: int) -> Sight:
    async with stores.looking.connect() as connection:
        seen = (await connection.execute(_EVERYTHING, {"char_id": char_id})).one()
    rows = {item_id: Row(*rest) for item_id, *rest in json.loads(seen.items)}
    written = [_written(*row) for row in json.loads(seen.ledger)]
    ledger = {each.op_id: _entry(each.kind, json.loads(each.result)) for each in written}
    async with stores.redis.pipeline(transaction=True) as pipeline:
        pipeline.get(keys.session(char_id))
        pipeline.hgetall(keys.control(char_id))
        pipeline.zscore(keys.DIRTY_INDEX, str(char_id))
        pipeline.pttl(keys.session(char_id))
        pipeline.pttl(keys.control(char_id))
        document, fields, score, *ttls = await pipeline.execute()
    flat = [part for pair in fields.items() for part in pair]
    control = read_control(char_id, flat) if flat else None
    session = _session(document, control.rev if control else "", control)
    pending = {
        each.op_id: _entry(each.kind, json.loads(each.result), refused=bool(each.refused))
        for each in (control.pending if control else ())
    }
    return Sight(
        row=DatabaseRow(seen.version, seen.rev),
        hero=Hero(seen.name, seen.level, seen.strength, seen.max_hp, seen.experience),
        coins=seen.coins,
        rows=rows,
        loadouts=dict(json.loads(seen.loadouts)),
        ledger=ledger,
        dropped=json.loads(seen.dropped),
        session=session,
        control=control,
        indexed=score is not None,
        ttls=(ttls[0], ttls[1]),
        pending=pending,
    )


def _written(*row: Any) -> LedgerEntry:
    *names, body = row
    return ledger_rows.entry((*names, None if body is None else bytes.fromhex(body)))


def _entry(kind: str, result: Any, *, refused: bool = False) -> Entry:
    found: Counter[str] = Counter()
    if kind == Restore.kind:
        for item in result["returned"]:
            found[item["base_id"]] += item["quantity"]
    elif kind in (MendItem.kind, DropMany.kind):
        for each in result["spent" if kind == MendItem.kind else "dropped"]:
            found[each["item"]["base_id"]] -= each["quantity"]
    else:
        return Entry(kind, refused=refused)
    return Entry(kind, found, refused)


def _session(document: bytes | None, rev: str, control: Control | None) -> InventorySession | None:
    """What is believed of it."""
    try:
        found = None if document is None else documents.decode(document, rev)
    except documents.DocumentError:
        return None
    return None if found and control and found.version != control.version else found
