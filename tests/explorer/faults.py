"""What happens to the system from outside: time, faults, other modules, operators."""

from collections.abc import Iterator

from tests.explorer.protocol import Bounds, Protocol
from tests.explorer.states import (
    FREE,
    FRESH,
    INBOX,
    NAMES,
    NOTHING,
    OPERATIONS,
    Database,
    Redis,
    State,
    Step,
    bit,
    with_bases,
)


def environment_steps(state: State, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    doc, control, indexed, expires = state.redis
    if expires and (doc is not None or control is not None):
        gone = state._replace(redis=Redis(None, None, indexed, False))
        yield Step("the session expires", gone)
    if state.lock != FREE:
        yield Step("the load lock lapses", state._replace(lock=FREE))
    yield from _losses(state, bounds)
    yield from _operator(state, protocol, bounds)
    yield from _restore(state, bounds)
    if bounds.inbox and not state.database.posted:
        posted = state._replace(database=state.database._replace(posted=True))
        yield Step("another module puts a grant into the inbox", posted)
    if control is not None and state.history.forgets < bounds.forgets:
        yield from _forgotten(state, control.seen)


def _losses(state: State, bounds: Bounds) -> Iterator[Step]:
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
    if redis != NOTHING:
        yield Step("Redis loses everything", after._replace(redis=NOTHING))
    if redis.doc is not None and redis.control is not None:
        yield Step(
            "the control is lost, its document stays", after._replace(redis=redis._replace(control=None))
        )
    if disk is None:
        if redis.control is not None:
            yield Step("Redis saves its file", state._replace(disk=redis))
    elif disk != redis:
        back = after._replace(redis=disk)
        if disk.control is not None:
            back = with_bases(back, disk.control.rev, moved=False)
        yield Step("Redis comes back from its older file", back)


def _restore(state: State, bounds: Bounds) -> Iterator[Step]:
    history = state.history
    if history.restores >= bounds.restores:
        return
    if state.backup is None:
        yield Step("PostgreSQL is backed up", state._replace(backup=state.database))
    elif state.backup != state.database:
        after = state._replace(backup=None, history=history._replace(restores=history.restores + 1))
        yield Step("PostgreSQL comes back from the backup", after._replace(database=state.backup))


def _operator(state: State, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    if state.history.edits >= bounds.edits:
        return
    row = state.database
    moved = (
        row._replace(version=row.version + 1, rev=FRESH, foreign=True)
        if protocol.trigger_moves_revision
        else row
    )
    after = state._replace(history=state.history._replace(edits=state.history.edits + 1))

    def edited(database: Database) -> State:
        return after._replace(database=database)

    yield Step(
        "an operator adds a Y by SQL", edited(moved._replace(y=row.y + 1, operator_y=row.operator_y + 1))
    )
    if row.x:
        taken = moved._replace(x=0, operator_x=row.operator_x - 1)
        yield Step("an operator takes X away by SQL", edited(taken))
    else:
        given = moved._replace(x=1, operator_x=row.operator_x + 1)
        yield Step("an operator gives X back by SQL", edited(given))


def _forgotten(state: State, seen: int) -> Iterator[Step]:
    control = state.redis.control
    for op in OPERATIONS:
        if seen & bit(op) and op != INBOX and control is not None:
            redis = state.redis._replace(control=control._replace(seen=seen & ~bit(op)))
            history = state.history._replace(forgets=state.history.forgets + 1)
            yield Step(
                f"the session forgets the id of {NAMES[op]}: too many came after",
                state._replace(redis=redis, history=history),
            )
