"""What happens to the system from outside: time, faults, other modules, operators."""

from collections.abc import Iterator

from tools.explorer.actors import (
    AT_REST,
    Adopting,
    Claimed,
    Committed,
    Healing,
    Loading,
    Looking,
    Mismatched,
    Prizing,
    Rebasing,
    Settling,
    Verifying,
)
from tools.explorer.judging import with_untellable
from tools.explorer.parts import FRESH, NOTHING, OVER, UNCHECKED, Database, Doc, Redis
from tools.explorer.protocol import Bounds, Protocol
from tools.explorer.states import FREE, ORPHANED, State, Step, with_bases


def environment_steps(state: State, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    doc, control, indexed, expires, *_ = state.redis
    if expires and (doc is not None or control is not None) and not _is_worked_on(state):
        gone = state._replace(redis=Redis(None, None, indexed, False, fight=state.redis.fight))
        is_dirty = control is not None and control.is_dirty
        yield Step("the session expires", gone if is_dirty else with_untellable(gone))
    if state.lock != FREE:
        yield Step("the load lock lapses", state._replace(lock=FREE))
    yield from _losses(state, protocol, bounds)
    if state.history.edits < bounds.edits:
        yield from _operator(state, protocol, bounds)
    yield from _restore(state, bounds)
    if bounds.inbox and not state.database.posted:
        posted = state._replace(database=state.database._replace(posted=True))
        yield Step("another module puts a grant into the inbox", posted)


def _is_worked_on(state: State) -> bool:
    """A session lives for half an hour after it was touched, longer than a load lock, or than steps take."""
    steps = Verifying | Adopting | Looking | Healing | Settling | Rebasing
    return state.lock not in (FREE, ORPHANED) or any(isinstance(client, steps) for client in state.clients)


def _losses(state: State, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    redis, disk, history = state.redis, state.disk, state.history
    if redis.doc is None and redis.control is None and disk is None:
        return
    if redis.doc is not None and redis.control is not None and history.lost_documents < bounds.lost_documents:
        damaged = history._replace(lost_documents=history.lost_documents + 1)
        yield Step(
            "the document is lost, its control stays",
            state._replace(redis=redis._replace(doc=None), history=damaged),
        )
    if history.losses >= bounds.losses:
        return
    after = state._replace(disk=None, lock=FREE, history=history._replace(losses=history.losses + 1))
    after = after if bounds.late else _given_up(after)
    if redis != NOTHING and bounds.wipes:
        empty = NOTHING._replace(fight=OVER) if bounds.fight else NOTHING  # nothing goes on any more
        yield Step("Redis loses everything", with_untellable(after._replace(redis=empty)))
    if redis.doc is not None and redis.control is not None and bounds.halves:
        left = redis.control.version if redis.control.is_dirty else 0
        half = after._replace(redis=redis._replace(doc=_LEFT, control=None, left=left))
        yield Step("the control is lost, its document stays", with_untellable(half))
    if bounds.rewinds:
        yield from _rewinds(state, after, protocol, bounds)
    if bounds.copies:
        yield from _copies(state, after._replace(lock=state.lock))


_LEFT = Doc(0, 0, 0, 0)  # nobody looks into a document that has no control data


def _rewinds(state: State, after: State, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    redis, disk = state.redis, state.disk
    if disk is None:
        if redis.control is not None:
            yield Step("Redis saves its file", state._replace(disk=redis))
    elif disk != redis:
        back = after._replace(redis=disk)
        if disk.control is not None:
            back = with_bases(back, disk.control.rev, moved=False)
            lineage = FRESH if protocol.lineage_names_server and bounds.minds else disk.control.lineage
            control = disk.control._replace(checked=UNCHECKED, lineage=lineage)
            back = back._replace(redis=disk._replace(control=control))
        yield Step("Redis comes back from its older file", with_untellable(back))


def _copies(state: State, after: State) -> Iterator[Step]:
    """Under the same server process: nothing but its version tells that it is older."""
    redis, disk = state.redis, state.disk
    if disk is None:
        if redis.doc is not None and redis.control is not None:
            yield Step("somebody copies the session", state._replace(disk=redis))
    elif disk != redis:
        assert disk.control is not None
        back = after._replace(redis=disk._replace(indexed=disk.indexed or redis.indexed))
        back = with_bases(back, disk.control.rev, moved=False)
        yield Step("somebody puts the older copy in the session's place", with_untellable(back))


def _given_up(state: State) -> State:
    """What was under way between Redis and PostgreSQL goes with the one that was lost."""
    workers = tuple(
        [
            AT_REST if isinstance(worker, Claimed | Committed | Mismatched | Rebasing) else worker
            for worker in state.workers
        ]
    )
    clients = tuple(
        [
            AT_REST if isinstance(client, Loading | Adopting | Rebasing | Prizing) else client
            for client in state.clients
        ]
    )
    lock = FREE if state.lock == FREE else ORPHANED
    return state._replace(workers=workers, clients=clients, lock=lock)


def _restore(state: State, bounds: Bounds) -> Iterator[Step]:
    """An older database is noticed by what follows, or by its announcement, which every process learns."""
    history = state.history
    if history.restores > state.database.generation:
        announced = state.database._replace(generation=history.restores)
        yield Step("the restore is announced", state._replace(database=announced))
    if history.restores >= bounds.restores:
        return
    if state.backup is None:
        yield Step("PostgreSQL is backed up", state._replace(backup=state.database))
    elif state.backup != state.database:
        after = state._replace(backup=None, history=history._replace(restores=history.restores + 1))
        after = after if bounds.late else _given_up(after)
        restored = with_untellable(after._replace(database=state.backup))
        yield Step("PostgreSQL comes back from the backup", restored)


def _operator(state: State, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    row = state.database
    moved = (
        row._replace(version=row.version + 1, rev=FRESH, foreign=True)
        if protocol.trigger_moves_revision
        else row
    )
    after = state._replace(history=state.history._replace(edits=state.history.edits + 1))

    def edited(database: Database) -> State:
        # Where only version numbers could tell of a loss, a foreign write may hide it.
        return with_untellable(after._replace(database=database))

    yield Step(
        "an operator adds a Y by SQL", edited(moved._replace(y=row.y + 1, operator_y=row.operator_y + 1))
    )
    if row.y and (bounds.clear or bounds.mend):
        fewer = moved._replace(y=row.y - 1, operator_y=row.operator_y - 1)
        yield Step("an operator takes a Y away by SQL", edited(fewer))
        if row.worn and bounds.mend:
            mended = fewer._replace(worn=0, operator_worn=row.operator_worn - 1)
            yield Step("an operator mends X with a Y by SQL", edited(mended))
    if row.x:
        taken = moved._replace(x=0, operator_x=row.operator_x - 1)
        yield Step("an operator takes X away by SQL", edited(taken))
    else:
        given = moved._replace(x=1, operator_x=row.operator_x + 1)
        yield Step("an operator gives X back by SQL", edited(given))
