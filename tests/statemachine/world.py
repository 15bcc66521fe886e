"""Two processes on one Redis and one PostgreSQL, and hands that reach into both behind their backs."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core import container
from apps.game_core.adapters.process import RandomIds
from apps.game_core.adapters.redis import documents, keys
from apps.game_core.adapters.redis.client import ServerIdentity
from apps.game_core.adapters.redis.control_records import control as read_control
from apps.game_core.container import Core
from apps.game_core.modules.characters.contracts import EnsureCharacter
from apps.game_core.modules.inventory.inventory.model import InventorySession, PlacedItem
from apps.game_core.modules.inventory.ports import DatabaseRow
from apps.game_core.modules.inventory.session_store import Control
from apps.game_core.modules.items.loader import default_catalog_dir
from apps.game_core.modules.items.store import CatalogStore
from apps.game_core.settings import CoreSettings
from tests.statemachine.faults import Wire, WiredRedis, wired_snapshot_reader, wired_unit_of_work

PROCESSES = 2
_PATIENCE = 20
_EVERYTHING = sa.text("""
SELECT version, rev,
    (SELECT coalesce(json_agg(json_build_array(id, base_id, quantity, place, position, locked)), '[]')::text
     FROM inventory_items WHERE char_id = :char_id) AS items,
    ARRAY(SELECT op_id FROM inventory_operations WHERE char_id = :char_id AND version > 0) AS ledger,
    ARRAY(SELECT op_id FROM inventory_conflicts WHERE char_id = :char_id) AS dropped,
    (SELECT coalesce(json_object_agg(op_id, result), '{}')::text
     FROM inventory_operations WHERE char_id = :char_id AND kind = 'restore') AS restored
FROM inventories WHERE char_id = :char_id
""")
NOW = 1_700_000_000.0


class QuickClock:
    """Waiting costs nothing but lets time pass; who waits long enough sees a load lock lapse."""

    def __init__(self) -> None:
        self.lapse: Callable[[], Awaitable[object]] | None = None
        self._now = NOW
        self._waits = 0

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._now += seconds
        self._waits += 1
        if self.lapse is not None and self._waits % _PATIENCE == 0:
            await self.lapse()
        await asyncio.sleep(0)


@dataclass
class Process:
    core: Core
    wire: Wire


@dataclass(frozen=True)
class Row:
    """One item row as it matters for conservation and for comparing with a session."""

    base_id: str
    quantity: int
    place: str
    position: int
    locked: bool


@dataclass(frozen=True)
class Sight:
    """Both stores at one moment. `ttls` in ms of document and control, -1 never, -2 not there.

    `restored` says what each restore brought back, by kind of item.
    """

    row: DatabaseRow
    rows: Mapping[int, Row]
    ledger: frozenset[str]
    dropped: frozenset[str]
    session: InventorySession | None
    control: Control | None
    indexed: bool
    ttls: tuple[int, int]
    restored: Mapping[str, Counter[str]]

    @property
    def pending(self) -> frozenset[str]:
        entries = self.control.pending if self.control else ()
        return frozenset(entry.op_id for entry in entries)


@dataclass
class Stores:
    """The servers, with connections that no fault touches."""

    settings: CoreSettings
    redis: Redis
    engine: AsyncEngine
    catalog: CatalogStore = field(default_factory=lambda: CatalogStore(default_catalog_dir()))
    clock: QuickClock = field(default_factory=QuickClock)
    _users: "count[int]" = field(default_factory=lambda: count(1))
    _item_ids: "count[int]" = field(default_factory=lambda: count(1))

    def process(self, identity: ServerIdentity) -> Process:
        wire = Wire()
        redis = WiredRedis(connection_pool=self.redis.connection_pool)
        redis.wire = wire
        servers = container._Servers(redis, identity, self.engine)
        with (
            patch.object(container, "PostgresUnitOfWork", wired_unit_of_work(wire)),
            patch.object(container, "CatalogStore", lambda _: self.catalog),
            patch.object(container, "InventorySnapshotReader", wired_snapshot_reader(wire)),
        ):
            core = container._wire(self.settings, servers, self.clock, RandomIds())
        return Process(core, wire)

    async def character(self, process: Process) -> int:
        context = EnsureCharacter(user_id=next(self._users), name="Aetheron", language="en")
        return (await process.core.router.route("characters", "ensure", context)).id

    async def query(self, statement: str, **values: Any) -> list[Any]:
        async with self.engine.connect() as connection:
            return list((await connection.execute(sa.text(statement), values)).all())

    async def execute(self, statement: str, **values: Any) -> int:
        async with self.engine.begin() as connection:
            return (await connection.execute(sa.text(statement), values)).rowcount

    def item_id(self) -> int:
        return next(self._item_ids)

    async def look(self, char_id: int) -> Sight:
        row, rows, ledger, dropped, results = await self._look_into_database(char_id)
        async with self.redis.pipeline(transaction=True) as pipeline:
            pipeline.get(keys.session(char_id))
            pipeline.hgetall(keys.control(char_id))
            pipeline.zscore(keys.DIRTY_INDEX, str(char_id))
            pipeline.pttl(keys.session(char_id))
            pipeline.pttl(keys.control(char_id))
            document, fields, score, *ttls = await pipeline.execute()
        flat = [part for pair in fields.items() for part in pair]
        control = read_control(char_id, flat) if flat else None
        session = _session(document, control.rev if control else "")
        pending = control.pending if control else ()
        results |= {each.op_id: json.loads(each.result) for each in pending if each.kind == "restore"}
        restored = {op_id: _returned(result) for op_id, result in results.items()}
        indexed, lasting = score is not None, (ttls[0], ttls[1])
        return Sight(row, rows, ledger, dropped, session, control, indexed, lasting, restored)

    async def _look_into_database(
        self, char_id: int
    ) -> tuple[DatabaseRow, Mapping[int, Row], frozenset[str], frozenset[str], dict[str, Any]]:
        engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            seen = (await connection.execute(_EVERYTHING, {"char_id": char_id})).one()
        rows = {item_id: Row(*rest) for item_id, *rest in json.loads(seen.items)}
        row = DatabaseRow(seen.version, seen.rev)
        return row, rows, frozenset(seen.ledger), frozenset(seen.dropped), json.loads(seen.restored)


def _session(document: bytes | None, rev: str) -> InventorySession | None:
    try:
        return None if document is None else documents.decode(document, rev)
    except documents.DocumentError:
        return None


def _returned(result: Any) -> Counter[str]:
    found: Counter[str] = Counter()
    for item in result["returned"]:
        found[item["base_id"]] += item["quantity"]
    return found


def row_of(placed: PlacedItem) -> Row:
    item = placed.item
    return Row(item.base_id, item.quantity, placed.place, placed.position, item.locked)


def pieces(rows: Mapping[int, Row]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows.values():
        found[row.base_id] += row.quantity
    return found


def new_run_id() -> str:
    return os.urandom(20).hex()
