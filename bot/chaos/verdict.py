"""After the storm: whether everything is there that players were told, and nothing else."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.container import Core
from apps.game_core.modules.inventory.inventory.logic.audit import Audit
from apps.game_core.modules.inventory.inventory.logic.snapshots import session_from
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.settings import CoreSettings
from bot.chaos.journal import Journal, Key

_DRAINING = 45.0
_GLANCE = 0.1
_ONE_WRITE = 1.0
_ON_ITS_WAY = 1.5
_CHARACTERS = sa.text("SELECT user_id, id FROM characters")
_LEDGER = sa.text("""
SELECT c.user_id, o.op_id FROM inventory_operations o JOIN characters c ON c.id = o.char_id
""")
_CONFLICTS = sa.text("""
SELECT c.user_id, o.op_id FROM inventory_conflicts o JOIN characters c ON c.id = o.char_id
""")


@dataclass(frozen=True, slots=True)
class Lost:
    """An acknowledged operation that PostgreSQL does not have; `age` in seconds when Redis died.

    `age` None: no death of Redis explains it. `refused`: it was given up in a rebase, not forgotten.
    `excused`: within what is promised.
    """

    key: Key
    age: float | None
    refused: bool
    excused: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wrong`: whatever else is not as it should be, a line each."""

    written: int
    lost: tuple[Lost, ...]
    wrong: tuple[str, ...]

    @property
    def oldest_loss(self) -> float:
        return max((loss.age or 0.0 for loss in self.lost), default=0.0)

    @property
    def good(self) -> bool:
        return not self.wrong and all(loss.excused for loss in self.lost)


async def settle(core: Core) -> list[str]:
    """Wait until the workers have written everything that is due; what stays dirty is a finding."""
    left: list[int] = []
    for _ in range(round(_DRAINING / _GLANCE)):
        left = await core.store.dirty()
        if not left:
            return []
        await asyncio.sleep(_GLANCE)
    parked = await core.store.parked()
    return [f"character {char_id}: not written{' (parked)' * (char_id in parked)}" for char_id in left]


@dataclass(frozen=True, slots=True)
class Bound:
    """How old a change may be that dies with a Redis without memory. Seconds.

    `lag`: the workers' period and pause, and one write; `lease` comes on top when a worker had just died.
    """

    lag: float
    lease: float

    def allowed(self, kill: float, worker_deaths: Iterable[float]) -> float:
        recent = any(kill - self.lease - self.lag <= death <= kill for death in worker_deaths)
        return self.lag + (self.lease if recent else 0.0)


def bound(settings: CoreSettings) -> Bound:
    waiting = settings.inventory_sync_period + settings.inventory_worker_period
    return Bound(waiting + _ONE_WRITE, settings.inventory_sync_lease)


async def judge(core: Core, journal: Journal, wrong: Sequence[str], allowed: Bound | None) -> Verdict:
    """Everything must be written already. `wrong` was found before; no `allowed`: nothing may be lost."""
    ledger = await _keys(core.engine, _LEDGER)
    conflicts = await _keys(core.engine, _CONFLICTS)
    missing = sorted(journal.acknowledged.keys() - ledger)
    lost = tuple(_lost(key, journal, allowed, refused=key in conflicts) for key in missing)
    found = [*wrong, *await _audited(core), *await _sessions(core)]
    return Verdict(len(journal.acknowledged) - len(lost), lost, tuple(found))


def _lost(key: Key, journal: Journal, allowed: Bound | None, *, refused: bool) -> Lost:
    told = journal.acknowledged[key]
    # When Redis died the answer may have been on its way already.
    kill = next((kill for kill in journal.redis_kills if kill >= told - _ON_ITS_WAY), None)
    if allowed is None or kill is None:
        return Lost(key, None, refused, excused=False)
    age = max(0.0, kill - told)
    return Lost(key, age, refused, excused=age <= allowed.allowed(kill, journal.worker_deaths))


async def _keys(engine: AsyncEngine, statement: sa.TextClause) -> set[Key]:
    async with engine.connect() as connection:
        return {(user_id, op_id) for user_id, op_id in await connection.execute(statement)}


async def _audited(core: Core) -> list[str]:
    audit = Audit(PostgresHistories(core.engine))
    return [str(finding) async for _, found in audit.run() for finding in found]


async def _sessions(core: Core) -> list[str]:
    """Sessions as players see them against rows as PostgreSQL has them."""
    async with core.engine.connect() as connection:
        char_ids = [row.id for row in await connection.execute(_CHARACTERS)]
    wrong = [line for char_id in char_ids for line in await unlike_rows(core, char_id)]
    dirty = await core.store.dirty()
    return [*wrong, *(f"character {char_id}: dirty after it was written" for char_id in dirty)]


async def unlike_rows(core: Core, char_id: int) -> list[str]:
    """Write the session; it must then be what the rows say."""
    await core.gateway.open(char_id)
    await core.gateway.sync_inventory(char_id)
    session = await core.sessions.get_session(char_id)
    history = await PostgresHistories(core.engine).read(char_id)
    if session is None or history is None:
        return [f"character {char_id}: no session after it was opened"]
    if _items(session) != _items(session_from(history.snapshot, 0)):
        return [f"character {char_id}: the session is not what the rows say"]
    return []


def _items(session: InventorySession) -> dict[int, tuple[str, int, str, int, bool]]:
    return {
        each.item.id: (each.item.base_id, each.item.quantity, each.place, each.position, each.item.locked)
        for each in session.placed()
    }
