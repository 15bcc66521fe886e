"""After the storm: whether everything is there that players were told, and nothing else."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.container import Core
from apps.game_core.modules.inventory.inventory.logic.audit import Audit, Finding
from apps.game_core.modules.inventory.inventory.logic.history.account import Offence
from apps.game_core.modules.inventory.inventory.logic.sessions.snapshots import session_from
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from tools.chaos import books
from tools.chaos.journal import Conflict, Journal, Key
from tools.chaos.promises import Lost, Promises
from tools.chaos.shelves import Shelf, oversold, shelves
from tools.chaos.tables import Tables, tables, told_off, unlike_trades
from tools.chaos.wealth import more_or_fewer, other_grants

_DRAINING = 45.0
_GLANCE = 0.1


@dataclass(frozen=True, slots=True)
class Judgement:
    """`missing`: what players were told of and the ledger lacks. `twice`: done again and told as new.

    `wrong`: whatever else is not as it should be, a line each. `conflicts`: what players were told of losses.
    `shelves`: what was sold of limited wares.
    """

    written: int
    missing: tuple[Lost, ...]
    twice: tuple[Key, ...]
    wrong: tuple[str, ...]
    conflicts: frozenset[Conflict] = frozenset()
    tables: Tables = field(default_factory=Tables)
    shelves: tuple[Shelf, ...] = ()

    @property
    def lost(self) -> list[Lost]:
        """Those that nobody was told of."""
        return [each for each in self.missing if not each.refused and not each.excused]

    @property
    def taken_back(self) -> list[Key]:
        """Told, and given up or made undone again without any reason that would excuse it."""
        given_up = [each.key for each in self.missing if each.refused and not each.excused]
        return [*given_up, *self.twice]

    @property
    def excused(self) -> list[Lost]:
        return [each for each in self.missing if each.excused]

    @property
    def oldest_loss(self) -> float:
        return max((loss.age or 0.0 for loss in self.missing), default=0.0)

    @property
    def good(self) -> bool:
        return not self.wrong and not self.lost and not self.taken_back


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


async def judge(core: Core, promises: Promises, wrong: Sequence[str]) -> Judgement:
    """Everything must be written already. `wrong` was found before."""
    # Opening the sessions is what tells of some losses.
    unlike = await _sessions(core)
    conflicts = promises.journal.conflicts | await books.conflicts(core.engine)
    ledger = await books.ledger(core.engine)
    missing = promises.missing(ledger, conflicts)
    found = [*wrong, *unlike, *await _audited(core, promises.journal.grants_gone)]
    found += [*await unlike_world(core, promises.journal), *told_off(promises.journal, ledger)]
    return Judgement(
        len(promises.journal.words) - len(missing),
        tuple(missing),
        tuple(promises.done_twice()),
        tuple(found),
        frozenset(conflicts),
        await tables(core.engine),
        tuple(await shelves(core.engine, core.catalog.current.wares)),
    )


async def unlike_world(core: Core, journal: Journal) -> list[str]:
    """Pieces and coins that are too many, too few, or in two places; gifts that are nobody's."""
    engine = core.engine
    found = [
        more_or_fewer(engine),
        other_grants(engine, journal.granted, journal.doubtful),
        unlike_trades(engine),
        oversold(engine, core.catalog.current.wares),
    ]
    return [line for lines in found async for line in lines]


async def _audited(core: Core, grants_gone: Collection[int]) -> list[str]:
    audit = Audit(PostgresHistories(core.engine))
    findings = [finding async for _, found in audit.run() for finding in found]
    return [str(each) for each in findings if not _is_of_a_grant(each, grants_gone)]


def _is_of_a_grant(finding: Finding, grants_gone: Collection[int]) -> bool:
    """Whether it concerns a delivery that was written after a restore took the grant itself away."""
    return finding.offence is Offence.INBOX and any(
        f"grant {grant} " in finding.detail for grant in grants_gone
    )


async def _sessions(core: Core) -> list[str]:
    """Sessions as players see them against rows as PostgreSQL has them."""
    char_ids = [row.char_id for row in await books.rows(core.engine)]
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
    if _items(session) != _items(session_from(history.snapshot, 0, Rules(core.catalog.current))):
        return [f"character {char_id}: the session is not what the rows say"]
    for name in ("hero", "coins"):
        here, there = getattr(session, name), getattr(history.snapshot, name)
        if here != there:
            return [f"character {char_id}: {name} {here} in the session, {there} in the row"]
    return []


def _items(session: InventorySession) -> dict[int, tuple[object, ...]]:
    return {
        each.item.id: (
            *(each.item.base_id, each.item.quantity, each.place, each.position),
            *(each.item.locked, each.item.junk, each.item.durability),
        )
        for each in session.placed()
    }
