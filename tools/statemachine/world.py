"""Three processes on one Redis and one PostgreSQL, and hands that reach into both behind their backs."""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core import container
from apps.game_core.adapters.metrics import PrometheusMetrics
from apps.game_core.adapters.postgres.engine import isolated
from apps.game_core.adapters.process import RandomIds
from apps.game_core.adapters.redis import cluster_scripts
from apps.game_core.adapters.redis.server_identity import ServerIdentity
from apps.game_core.adapters.redis.session_times import SessionTimes
from apps.game_core.container import Core
from apps.game_core.modules.characters.contracts import EnsureCharacter
from apps.game_core.modules.inventory.inventory.model import Hero, PlacedItem
from apps.game_core.modules.items.loader import default_catalog_dir
from apps.game_core.modules.items.store import CatalogStore
from apps.game_core.settings import CoreSettings
from tools.statemachine.faults import Wire, WiredRedis, wired_snapshot_reader, wired_unit_of_work
from tools.support.learning import learned

PROCESSES = 3
EXPERIENCE = "experience"
COINS = "coins"
REMEMBERED = 3
"""So few operations that sessions forget, too."""
NOW = 1_700_000_000.0
_PATIENCE = 20


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
    """`life` tells a process from the one that died in its place."""

    core: Core
    wire: Wire
    life: int

    @property
    def server(self) -> ServerIdentity:
        return self.core.generation.server


@dataclass(frozen=True)
class Row:
    """One item row as it matters for conservation and for comparing with a session."""

    base_id: str
    quantity: int
    place: str
    position: int
    locked: bool
    junk: bool
    durability: int | None = None


@dataclass
class Stores:
    """The servers, with connections that no fault touches. New processes find `run_id`, `generation`."""

    settings: CoreSettings
    redis: Redis
    engine: AsyncEngine
    catalog: CatalogStore = field(default_factory=lambda: CatalogStore(default_catalog_dir()))
    clock: QuickClock = field(default_factory=QuickClock)
    run_id: str = ""
    generation: str = ""
    metrics: PrometheusMetrics = field(default_factory=PrometheusMetrics)
    looking: AsyncEngine = field(init=False)
    _users: "count[int]" = field(default_factory=lambda: count(1))
    _item_ids: "count[int]" = field(default_factory=lambda: count(1))
    _lives: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.looking = isolated(self.engine, "AUTOCOMMIT")

    def process(self) -> Process:
        wire = Wire()
        redis = WiredRedis(connection_pool=self.redis.connection_pool)
        redis.wire = wire
        identity = ServerIdentity()
        identity.run_id, identity.generation = self.run_id, self.generation
        servers = container._Servers(redis, identity, self.engine)
        with (
            patch.object(container, "PostgresUnitOfWork", wired_unit_of_work(wire)),
            patch.object(container, "CatalogStore", lambda _: self.catalog),
            patch.object(container, "PrometheusMetrics", lambda: self.metrics),  # nobody asks for figures
            patch.object(container, "InventorySnapshotReader", wired_snapshot_reader(wire)),
            patch.object(SessionTimes, "of", _forgetful(SessionTimes.of)),
            patch.object(cluster_scripts, "KEPT", 0),  # one that dies here would take its connections along
        ):
            core = container._wire(self.settings, servers, self.clock, RandomIds())
        return Process(core, wire, next(self._lives))

    async def character(self, process: Process) -> int:
        context = EnsureCharacter(user_id=next(self._users), name="Aetheron", language="en")
        return (await process.core.router.ask(context)).id

    async def query(self, statement: str, **values: Any) -> list[Any]:
        async with self.engine.connect() as connection:
            return list((await connection.execute(sa.text(statement), values)).all())

    async def execute(self, statement: str, **values: Any) -> int:
        async with self.engine.begin() as connection:
            return (await connection.execute(sa.text(statement), values)).rowcount

    def item_id(self) -> int:
        return next(self._item_ids)


def _forgetful(times: Callable[[CoreSettings], SessionTimes]) -> Callable[[CoreSettings], SessionTimes]:
    return lambda settings: replace(times(settings), remembered=REMEMBERED)


def row_of(placed: PlacedItem) -> Row:
    item = placed.item
    left = item.durability.current if item.durability else None
    return Row(item.base_id, item.quantity, placed.place, placed.position, item.locked, item.junk, left)


def possessions(rows: Mapping[int, Row], hero: Hero, coins: int) -> Counter[str]:
    """Pieces by kind of item, coins, and all that the hero has learned."""
    found = Counter({EXPERIENCE: learned(hero), COINS: coins})
    for row in rows.values():
        found[row.base_id] += row.quantity
    return found


def new_run_id() -> str:
    return os.urandom(20).hex()
