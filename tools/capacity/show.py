"""A Redis Cluster, PostgreSQL, workers and bots without a messenger, at one rate after the other."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import sqlalchemy as sa

from apps.embedded import EmbeddedServers
from apps.embedded.postgres import PostgresOptions
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.adapters.postgres.migrate import bring_up_to_date
from apps.game_core.adapters.redis.keys import IN_A_CLUSTER
from apps.game_core.container import Core, open_core
from apps.game_core.modules.inventory.inventory.logic.audit import Audit
from apps.game_core.settings import CoreSettings
from tools.capacity.offering import Offer, Taken, offer
from tools.capacity.parts import Part, Spent, since
from tools.capacity.report import Report, Step
from tools.capacity.seeding import seed
from tools.chaos.fleet import Fleet, Member
from tools.failover.clustered import Clustered, clustered
from tools.support.forks import forks
from tools.support.patience import PATIENCE
from tools.support.standing import Elapsed, Standing

_PARTS_OF_RATE = (0.25, 0.5, 0.75, 1.0)
_GLANCE = 0.1
_AUDITED = 2_000
_SECONDS = 60
# A fifth of what the runbook gives a database of its own.
_POSTGRES = {"shared_buffers": "1GB", "max_wal_size": "4GB", "max_connections": "200"}
_NODES = {"appendonly": "yes", "appendfsync": "everysec"}
_LEDGER = sa.text("SELECT count(*) FROM inventory_operations WHERE version > 0")
_WRITTEN = sa.text("SELECT pg_database_size(current_database()), pg_current_wal_lsn() - '0/0'::pg_lsn")


@dataclass(frozen=True, slots=True)
class Plan:
    """`rate`: taps a second, the most that are offered, each rate for so many `seconds`.

    `pace`: seconds between two taps of one player.
    """

    characters: int
    rate: float
    seconds: float
    bots: int
    workers: int
    replicas: int = 0
    pace: float = 3.0


async def show(plan: Plan, data: Path, standing: Standing) -> Report:
    """On servers of its own under `data`."""
    with _servers(plan, data) as (postgres, cluster):
        settings = CoreSettings(
            _env_file=None,
            redis_url=cluster.url,
            database_url=postgres.database_url,
            redis_timeout=_SECONDS,  # a busy machine is no failure here
            database_timeout=_SECONDS,
            inventory_worker=False,
        )
        await bring_up_to_date(settings.database_url)
        async with open_core(settings) as core:
            report = await _seeded(core, plan, standing)
            with _workers(settings, plan, data) as workers:
                parts = _parts(postgres, cluster, workers)
                await _Rehearsal(core, plan, settings, parts, standing, report).run()
            report.wrong += [f"{each.name} had to be killed" for each in workers.workers if each.alive]
            await _audited(core, report)
    return report


@contextmanager
def _servers(plan: Plan, data: Path) -> Iterator[tuple[EmbeddedServers, Clustered]]:
    options = PostgresOptions(durable=True, settings=_POSTGRES)
    with (
        EmbeddedServers(data / "postgres", durable=True, redis=False, postgres_options=options) as postgres,
        clustered(data, replicas=plan.replicas, config=_NODES) as cluster,
    ):
        yield postgres, cluster


@contextmanager
def _workers(settings: CoreSettings, plan: Plan, data: Path) -> Iterator[Fleet]:
    environment = {
        "REDIS_URL": settings.redis_url,
        "DATABASE_URL": settings.database_url,
        "REDIS_TIMEOUT": str(_SECONDS),
        "DATABASE_TIMEOUT": str(_SECONDS),
        "LOG_LEVEL": "ERROR",
    }
    names = [f"worker-{number}" for number in range(plan.workers)]
    fleet = Fleet((), tuple(Member(name, ("worker",), environment, data / f"{name}.log") for name in names))
    fleet.revive()
    try:
        yield fleet
    finally:
        for member in fleet:
            member.end()


def _parts(postgres: EmbeddedServers, cluster: Clustered, workers: Fleet) -> Sequence[Part]:
    masters = [cluster.servers[port].pid for port in sorted(cluster.masters)]
    others = [each.pid for each in cluster.servers.values() if each.pid not in masters]
    return [
        Part("workers", [each.pid for each in workers.workers]),
        Part("masters", masters),
        *([Part("replicas", others)] if others else []),
        Part("postgres", [postgres.postgres.pid]),
    ]


async def _seeded(core: Core, plan: Plan, standing: Standing) -> Report:
    began = time.monotonic()
    async for number in seed(core, plan.characters):
        standing.phase = f"{number:,} characters"
    async with core.engine.connect() as connection:
        size, _ = (await connection.execute(_WRITTEN)).one()
    return Report(plan.characters, time.monotonic() - began, size / 2**20)


@dataclass(slots=True)
class _Measured:
    """What a step has spent, once it is over; `tables` and `log` in bytes."""

    spent: dict[str, Spent] = field(default_factory=dict)
    tables: int = 0
    log: int = 0


@dataclass(slots=True)
class _Rehearsal:
    core: Core
    plan: Plan
    settings: CoreSettings
    parts: Sequence[Part]
    standing: Standing
    report: Report
    visits: int = field(default=0)

    async def run(self) -> None:
        async with self.core.engine.connect() as connection:
            before = (await connection.execute(_LEDGER)).scalar_one()
        with ProcessPoolExecutor(self.plan.bots, forks()) as bots:
            await self._offer(bots, self.plan.rate * _PARTS_OF_RATE[0], 1.0)  # whoever comes first imports
            self.report.steps.clear()
            self.standing.clock = Elapsed(time.monotonic())
            for part in _PARTS_OF_RATE:
                await self._offer(bots, self.plan.rate * part, self.plan.seconds)
        self.standing.phase = "what is left"
        began = time.monotonic()
        await self._until_written()
        self.report.drained = time.monotonic() - began
        async with self.core.engine.connect() as connection:
            self.report.in_ledger = (await connection.execute(_LEDGER)).scalar_one() - before

    async def _offer(self, bots: ProcessPoolExecutor, rate: float, seconds: float) -> None:
        self.standing.phase = f"{rate:,.0f} taps a second"
        async with self._measured() as measured:
            began, loop = time.monotonic(), asyncio.get_running_loop()
            asked = [self._asked(rate, seconds, number) for number in range(self.plan.bots)]
            taken = await asyncio.gather(*(loop.run_in_executor(bots, offer, each) for each in asked))
            took = time.monotonic() - began
        self.visits = max(each.until for each in taken)
        measured.spent = {"bots": Spent.of([each.cpu for each in taken]), **measured.spent}
        self.report.steps.append(_step(rate, took, taken, await self._backlog(), measured))
        self.report.acknowledged += sum(each.changes for each in taken)
        for each in taken:
            self.report.wrong += [f"{count} × {name}" for name, count in each.failed.items()]

    @asynccontextmanager
    async def _measured(self) -> AsyncIterator[_Measured]:
        found, spent = _Measured(), {part.name: part.spent() for part in self.parts}
        before = await self._sizes()
        yield found
        found.tables, found.log = (now - then for now, then in zip(await self._sizes(), before, strict=True))
        found.spent = since(self.parts, spent)

    async def _sizes(self) -> tuple[int, int]:
        async with self.core.engine.connect() as connection:
            tables, log = (await connection.execute(_WRITTEN)).one()
            return int(tables), int(log)

    def _asked(self, rate: float, seconds: float, number: int) -> Offer:
        plan = self.plan
        return Offer(
            settings=self.settings,
            characters=plan.characters,
            rate=rate / plan.bots,
            seconds=seconds,
            pace=plan.pace,
            bot=number,
            bots=plan.bots,
            first=self.visits,
        )

    async def _backlog(self) -> int:
        return sum([await self.core.redis.zcard(name) for name in IN_A_CLUSTER.indexes])

    async def _until_written(self) -> None:
        async with asyncio.timeout(PATIENCE + 10 * self.plan.seconds):
            while await self._backlog():  # noqa: ASYNC110 - workers are other processes
                await asyncio.sleep(_GLANCE)


def _step(rate: float, seconds: float, taken: Sequence[Taken], backlog: int, measured: _Measured) -> Step:
    waits = [each for bot in taken for each in bot.waits] or [math.nan]
    percent = quantiles(waits, n=100) if len(waits) > 1 else waits * 99
    return Step(
        offered=rate,
        seconds=seconds,
        taps=len(waits),
        loads=sum(each.visits for each in taken),
        refused=sum(each.refused for each in taken),
        median=percent[49],
        p99=percent[98],
        backlog=backlog,
        spent=measured.spent,
        written=measured.tables,
        log=measured.log,
    )


async def _audited(core: Core, report: Report) -> None:
    """Those with the lowest ids, among whom some have played and some have not."""
    async for _, found in Audit(PostgresHistories(core.engine)).run(0, min(report.characters, _AUDITED)):
        report.audited += 1
        report.wrong += map(str, found)
