"""What writes sessions to the database: claim, fenced write, acknowledge, and what follows a mismatch."""

from collections.abc import Iterator

from tools.explorer.actors import (
    AT_REST,
    CLAIMED,
    COMMITTED,
    MISMATCHED,
    Claimed,
    Committed,
    Mismatched,
    Rebasing,
    Recording,
)
from tools.explorer.parts import FRESH, NOTHING, Database, Doc, Makings, Redis, bit, op_of
from tools.explorer.protocol import Bounds, Clean, Fence, Mismatch, Protocol
from tools.explorer.rebase import rebase_steps, record, start_rebase
from tools.explorer.states import Actor, State, Step, with_bases, with_worker


def worker_steps(state: State, number: int, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    """Without the worker's death: see `worker_deaths`."""
    worker = state.workers[number]
    if isinstance(worker, Claimed):
        yield _write(state, number, worker, protocol, bounds)
    elif isinstance(worker, Committed):
        yield _acknowledge(state, number, worker, protocol)
    elif isinstance(worker, Mismatched):
        yield _settle(state, number, worker, protocol)
    elif isinstance(worker, Rebasing):
        yield from rebase_steps(state, Actor(is_client=False, number=number), worker, protocol, bounds)
    elif isinstance(worker, Recording):
        yield record(state, Actor(is_client=False, number=number), worker)
    else:
        yield from _begin(state, number, protocol, bounds)


def worker_deaths(state: State, number: int) -> Iterator[Step]:
    """Also a lost reply: the worker gives up and another one finds what it left."""
    worker = state.workers[number]
    if worker is not AT_REST:
        yield Step(f"worker {number + 1} dies", with_worker(state, number, AT_REST))


def _begin(state: State, number: int, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    doc, control, indexed, expires, _, fight = state.redis
    if control is None or not control.is_dirty:
        return
    if doc is None:
        yield start_rebase(state, number, control, protocol, "finds a lost document", anew=True)
        return
    if len(control.tokens) >= bounds.tokens:
        return
    claimed = control._replace(tokens=(*control.tokens, (FRESH, control.version)))
    claim = Claimed(
        CLAIMED,
        FRESH,
        control.rev,
        control.version,
        control.base_version,
        control.base_rev,
        doc,
        control.mark_x,
        control.mark_y,
        control.pending,
        control.refused,
        state.database.generation if protocol.stands_where_compared else 0,
    )
    redis = Redis(doc, claimed, indexed and protocol.claim_keeps_index, expires, fight=fight)
    label = f"worker {number + 1} claims version {control.version}"
    yield Step(label, with_worker(state._replace(redis=redis), number, claim))


def _write(state: State, number: int, claim: Claimed, protocol: Protocol, bounds: Bounds) -> Step:
    database, who = state.database, f"worker {number + 1}"
    if not _fence_holds(database, claim, protocol.fence):
        return _mismatch(state, number, claim, forced=False)
    mask = 0
    for making, _ in claim.pending:
        op = op_of(making)
        if protocol.ledger_is_unique and (database.ledger | mask) & bit(op):
            return _mismatch(state, number, claim, forced=True)
        mask |= bit(op)
    written = database._replace(
        version=claim.version,
        rev=claim.token,
        x=claim.doc.x if claim.mark_x else database.x,
        y=claim.doc.y if claim.mark_y else database.y,
        worn=claim.doc.worn if claim.mark_x else database.worn,
        effects=claim.doc.effects,
        ledger=database.ledger | mask,
        dropped=database.dropped | claim.refused,
        foreign=False,
        entries=_recorded(database, claim.pending, bounds),
    )
    doc = claim.doc if bounds.lost_documents else None
    committed = Committed(COMMITTED, claim.token, claim.version, claim.rev, claim.generation, doc)
    after = with_worker(state._replace(database=written), number, committed)
    backwards = claim.version <= database.version
    return Step(f"{who} commits version {claim.version}", after, "I6" if backwards else None)


def _recorded(database: Database, pending: Makings, bounds: Bounds) -> Makings:
    """The ledger's rows, where an operation may be made a second time, or written as another version."""
    return tuple(sorted((*database.entries, *pending))) if bounds.is_lossy else ()


def _fence_holds(database: Database, claim: Claimed, fence: Fence) -> bool:
    if fence is Fence.NONE:
        return True
    if fence is Fence.OLDER:
        return database.version < claim.version
    same_version = database.version == claim.base_version
    return same_version and (fence is Fence.VERSION or database.rev == claim.base_rev)


def _mismatch(state: State, number: int, claim: Claimed, *, forced: bool) -> Step:
    database = state.database
    why = "the ledger has one of its operations" if forced else f"the row is at version {database.version}"
    found = Mismatched(
        MISMATCHED,
        database.version,
        database.rev,
        forced,
        claim.token,
        claim.version,
        claim.rev,
        claim.generation,
    )
    return Step(f"worker {number + 1} writes nothing: {why}", with_worker(state, number, found))


def _acknowledge(state: State, number: int, done: Committed, protocol: Protocol) -> Step:
    redis = acknowledged(state.redis, done.token, done.version, done.rev, protocol, written=done.doc)
    redis = _checked(redis, state, done.generation if protocol.stands_where_compared else None)
    after = with_worker(_acknowledged(state, redis), number, AT_REST)
    outcome = "ignored" if redis is state.redis else _outcome(redis)
    return Step(f"worker {number + 1} acknowledges version {done.version}: {outcome}", after)


def _checked(redis: Redis, state: State, generation: int | None) -> Redis:
    """An acknowledgement says that the session agrees with the database, as a process knows it."""
    if redis is state.redis or redis.control is None:
        return redis
    checked = state.database.generation if generation is None else generation
    return redis._replace(control=redis.control._replace(checked=checked))


def _acknowledged(state: State, redis: Redis) -> State:
    if redis is state.redis or redis.control is None:
        return state
    return with_bases(state._replace(redis=redis), redis.control.rev, moved=True)


def _outcome(redis: Redis) -> str:
    return "still dirty" if redis.indexed else "clean"


def acknowledged(
    redis: Redis, token: int, version: int, rev: int, protocol: Protocol, *, written: Doc | None = None
) -> Redis:
    """The same object when the acknowledgement changes nothing."""
    doc, control, indexed, expires, _, fight = redis
    if control is None:
        return redis
    in_flight = any(each == token for each, _ in control.tokens)
    if protocol.acknowledges_tokens and not in_flight:
        return redis
    if not protocol.acknowledges_tokens and not control.synced < version <= control.version:
        return redis
    kept = control._replace(
        base_version=version,
        base_rev=token,
        synced=version,
        tokens=tuple(each for each in control.tokens if each[1] > version),
        pending=tuple(each for each in control.pending if protocol.trims_by_version and each[1] > version),
        refused=0,
        mark_x=control.mark_x if protocol.trims_by_version and control.mark_x > version else 0,
        mark_y=control.mark_y if protocol.trims_by_version and control.mark_y > version else 0,
    )
    if protocol.clean is Clean.ALWAYS:
        clean, kept = True, kept._replace(synced=control.version)
    elif protocol.clean is Clean.CLAIMED_REVISION:
        clean = control.rev == rev
    else:
        clean = control.version == version
    doc = doc or (written if clean else None)
    if clean and doc is not None:
        return Redis(doc, kept, False, True, fight=fight)
    return Redis(doc, kept, indexed, expires, fight=fight)


def _settle(state: State, number: int, found: Mismatched, protocol: Protocol) -> Step:
    control, who = state.redis.control, f"worker {number + 1}"
    if control is None or not control.is_dirty:
        return Step(f"{who} finds nothing left to write", with_worker(state, number, AT_REST))
    ours = any(token == found.row_rev for token, _ in control.tokens)
    if ours and protocol.recognises_tokens and state.redis.doc is not None:
        token, version = found.row_rev, found.row_version
        if not protocol.acknowledges_database_token:
            token, version = found.token, found.version
        redis = acknowledged(state.redis, token, version, found.rev, protocol)
        redis = _checked(redis, state, found.generation if protocol.stands_where_compared else None)
        after = with_worker(_acknowledged(state, redis), number, AT_REST)
        return Step(
            f"{who} recognises an own write, acknowledges version {version}: {_outcome(redis)}", after
        )
    is_base = (found.row_version, found.row_rev) == (control.base_version, control.base_rev)
    if is_base and not (found.forced and protocol.violation_forces_rebase):
        return Step(f"{who} drops its stale claim", with_worker(state, number, AT_REST))
    if protocol.mismatch is Mismatch.DISCARD:
        after = with_worker(state._replace(redis=NOTHING), number, AT_REST)
        return Step(f"{who} discards the session: the database knows better", after)
    return start_rebase(state, number, control, protocol, "starts a rebase", anew=found.forced)
