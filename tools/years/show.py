"""A past is made, measured, audited, archived, and looked back upon from behind its checkpoints."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.ledger_archive import LedgerArchive
from apps.game_core.adapters.ledger_archiver import LedgerArchiver
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.adapters.postgres.ledger_archiving import LedgerArchiving
from apps.game_core.adapters.postgres.migrate import bring_up_to_date
from apps.game_core.container import Core, open_core
from apps.game_core.modules.inventory.contracts import LookAtPast, PlanRestore, RestoreInventory
from apps.game_core.settings import CoreSettings
from apps.settings_file import ENV_FILE
from tools.support import processor
from tools.support.standing import Standing
from tools.years.figures import Figures
from tools.years.seeding import Seed, seed

BYTES_AN_OPERATION = 350
AUDIT_OF_EACH = 0.26
"""Milliseconds of CPU: 26 s for 100,000 inventories."""
_ENOUGH = 20_000
"""Entries, below which pages that are not full yet weigh more than what is in them."""
_MANY = 2_000
"""Inventories, below which what a start takes more or less weighs more than they do."""
_LOOKED_BACK = 20
_LATER = 10.0**11
_SECONDS = 60
"""For how long sessions that are written stay in Redis."""
_SIZES = {
    "the ledger": "pg_total_relation_size('inventory_operations')",
    "checkpoints": "pg_total_relation_size('ledger_checkpoints')",
    "archived ids": "pg_total_relation_size('ledger_archived_ids')",
    "what audits remember": "pg_total_relation_size('inventory_audits')",
}


@dataclass(frozen=True, slots=True)
class Plan:
    characters: int
    changes: int
    jobs: int

    @property
    def entries(self) -> int:
        """With births."""
        return self.characters * (self.changes + 1)


_AUDIT = ("audit", "--quiet", "--jobs", "1")

Admin = Callable[[str, Sequence[str]], tuple[float, str]]
"""An admin's command on a database: seconds of CPU that it took, and what it said."""


def by_command(database_url: str, words: Sequence[str]) -> tuple[float, str]:
    before = processor.of_children()
    done = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-m", "bot", "admin", *words],
        cwd=ENV_FILE.parent,
        env={**os.environ, "DATABASE_URL": database_url},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return processor.of_children() - before, done.stdout


def show(plan: Plan, data: Path, standing: Standing, admin: Admin = by_command) -> Figures:
    """On servers of its own under `data`."""
    with EmbeddedServers(data / "servers", durable=True) as servers:
        settings = CoreSettings(
            _env_file=None,
            redis_url=servers.redis_url,
            database_url=servers.database_url,
            inventory_session_ttl=_SECONDS,
            redis_timeout=_SECONDS,  # a busy machine is no failure here
            database_timeout=_SECONDS,
            inventory_worker=False,
        )
        asyncio.run(bring_up_to_date(settings.database_url))
        years = _Years(plan, servers, settings, data / "archive", standing, admin)
        years.run()
        return years.figures


@dataclass(slots=True)
class _Years:
    plan: Plan
    servers: EmbeddedServers
    settings: CoreSettings
    folder: Path
    standing: Standing
    admin: Admin
    start: float = 0.0
    figures: Figures = field(default_factory=Figures)

    def run(self) -> None:
        seeded = Seed(self.settings, self.plan.characters, self.plan.changes, time.time())
        self.start, _ = self.admin(self.settings.database_url, _AUDIT)
        some = self._seed(seeded)
        self._sizes()
        self._audit("audit, first", "--anew")
        self._audit("audit, nothing changed since", most=AUDIT_OF_EACH)
        before = asyncio.run(self._looked_back(some, seeded))
        self.folder.mkdir()
        self._archive(seeded)
        self._sizes(then=", archived")
        self._audit("audit from checkpoints", "--anew")
        self._audit("audit from checkpoints, nothing changed since", most=AUDIT_OF_EACH)
        self._audit("audit from births, by files", "--archive", str(self.folder))
        asyncio.run(self._restore(some, seeded, before))
        self._audit("audit after restores")

    def _seed(self, seeded: Seed) -> Sequence[int]:
        self.standing.phase = "changes"
        char_ids, own, began = list[int](), 0.0, time.monotonic()
        with self._database("to write an operation: PostgreSQL's CPU", self.plan.entries, 1e6, "µs"):
            for each in seed(seeded, self.plan.jobs):
                char_ids += each.char_ids
                own += each.cpu
                self.standing.clock = partial(float, len(char_ids))
        changes = self.plan.characters * self.plan.changes
        seconds = time.monotonic() - began
        self.figures.add("operations made, births left out", changes, "")
        self.figures.add("operations made a second", changes / seconds, "")
        self.figures.add("to make one: Python's CPU, births included", own * 1e6 / self.plan.entries, "µs")
        return char_ids[:: max(1, len(char_ids) // _LOOKED_BACK)]

    def _sizes(self, then: str = "") -> None:
        asked = f"SELECT {', '.join(_SIZES.values())}, count(*) FROM inventory_operations"  # noqa: S608 - ours
        *sizes, entries = asyncio.run(self._ask(asked))
        for name, size in zip(_SIZES, sizes, strict=True):
            self.figures.add(f"{name} on disk{then}", size / 2**20, "MiB")
        if not then:
            self.figures.claim(entries == self.plan.entries, f"{entries} entries of {self.plan.entries}")
            most = BYTES_AN_OPERATION if entries >= _ENOUGH else None
            self.figures.add("an operation on disk, with indexes", sizes[0] / entries, "bytes", most)

    def _audit(self, name: str, *words: str, most: float | None = None) -> None:
        """By the command, in one process; its CPU without what it takes to start and find nobody."""
        self.standing.phase = name
        with self._database(f"{name}: PostgreSQL's CPU", self.plan.characters, 1e3, "ms"):
            spent, done = self.admin(self.settings.database_url, [*_AUDIT, *words])
        own = max(0.0, spent - self.start)
        most = most if self.plan.characters >= _MANY else None
        self.figures.add(f"{name}: Python's CPU", own * 1e3 / self.plan.characters, "ms", most)
        *found, last = done.splitlines() or [""]
        clean = f"{self.plan.characters} inventories and 0 trades looked at, 0 not as they should be."
        self.figures.claim(last == clean and not found, f"{name}: {' '.join([*found[:3], last])}")

    def _archive(self, seeded: Seed) -> None:
        self.standing.phase = "archive"
        before, began = time.process_time(), time.monotonic()
        entries = self.plan.entries
        with self._database("to archive an entry: PostgreSQL's CPU", entries, 1e6, "µs"):
            done, left = asyncio.run(self._archived(seeded))
        self.figures.claim(done == entries, f"{done} of {entries} entries archived; {left}")
        self.figures.add("to archive one: Python's CPU", (time.process_time() - before) * 1e6 / entries, "µs")
        self.figures.add("entries archived a second", entries / (time.monotonic() - began), "")
        size = sum(path.stat().st_size for path in self.folder.iterdir())
        self.figures.add("an entry in files", size / entries, "bytes")
        asyncio.run(self._ask("VACUUM inventory_operations", alone=True))

    async def _archived(self, seeded: Seed) -> tuple[int, Mapping[int, str]]:
        async with open_core(self.settings) as core:
            histories, ledger = PostgresHistories(core.engine), LedgerArchiving(core.engine)
            archiver = LedgerArchiver(histories, ledger, self.folder, _LATER, seeded.later.now)
            async for _ in archiver.run():
                pass
        return archiver.done.entries, archiver.done.left

    async def _looked_back(self, char_ids: Sequence[int], seeded: Seed) -> Mapping[int, object]:
        async with open_core(self.settings, clock=seeded.later) as core:
            return {char_id: await _looked_back(core, char_id, seeded) for char_id in char_ids}

    async def _restore(self, char_ids: Sequence[int], seeded: Seed, before: Mapping[int, object]) -> None:
        """What was dropped long ago, by files."""
        to = seeded.before_changes
        self.standing.phase = "restores"
        began = time.process_time()
        archive = LedgerArchive(self.folder)
        self.figures.add("to look through all files", time.process_time() - began, "s")
        async with open_core(self.settings, clock=seeded.later, archive=archive) as core:
            for char_id in char_ids:
                now = await _looked_back(core, char_id, seeded)
                self.figures.claim(now == before[char_id], f"character {char_id} stood otherwise then")
            began = time.process_time()
            back = sum([await _restored(core, char_id, to) for char_id in char_ids])
        each = (time.process_time() - began) * 1e3 / len(char_ids)
        self.figures.add("a restore from files: Python's CPU", each, "ms")
        self.figures.claim(back > 0 or self.plan.changes < 10, "nothing came back")  # noqa: PLR2004 - the ring's

    @contextmanager
    def _database(self, name: str, each_of: int, factor: float, unit: str) -> Iterator[None]:
        pid = self.servers.postgres.pid
        before = processor.of_server(pid)
        yield
        self.figures.add(name, (processor.of_server(pid) - before) * factor / each_of, unit)

    async def _ask(self, statement: str, *, alone: bool = False) -> Sequence[int]:
        async with open_core(self.settings) as core, core.engine.connect() as connection:
            if alone:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
            found = await connection.execute(sa.text(statement))
            return () if alone else tuple(found.one())


async def _looked_back(core: Core, char_id: int, seeded: Seed) -> Sequence[object]:
    first, then = seeded.before_changes, seeded.halfway
    asked = (LookAtPast(char_id, first), LookAtPast(char_id, then), PlanRestore(char_id, first))
    return [await core.router.ask(each) for each in asked]


async def _restored(core: Core, char_id: int, to: int) -> int:
    """How many kinds of things came back."""
    plan = await core.router.ask(PlanRestore(char_id, to))
    if not plan.code:
        return 0
    done = await core.router.ask(RestoreInventory(char_id, to, plan.code, f"years:{char_id}"))
    await core.gateway.sync_inventory(char_id)
    return len(done.items)
