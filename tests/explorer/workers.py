"""What writes sessions to the database: claim, fenced write, acknowledge, and what follows a mismatch."""

from collections.abc import Iterator

from tests.explorer.protocol import Bounds, Clean, Conflicts, Fence, Mismatch, Protocol
from tests.explorer.rules import names, replay
from tests.explorer.states import (
    AT_REST,
    CLAIMED,
    COMMITTED,
    FRESH,
    MISMATCHED,
    NOTHING,
    REBASED,
    REBASING,
    RECORDING,
    Claimed,
    Committed,
    Control,
    Database,
    Mismatched,
    Rebasing,
    Recording,
    Redis,
    State,
    Step,
    Worker,
    bit,
)


def worker_steps(state: State, number: int, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    """Without the worker's death: see `worker_deaths`."""
    worker = state.workers[number]
    if isinstance(worker, Claimed):
        yield _write(state, number, worker, protocol)
    elif isinstance(worker, Committed):
        yield _acknowledge(state, number, worker, protocol)
    elif isinstance(worker, Mismatched):
        yield _settle(state, number, worker, protocol)
    elif isinstance(worker, Rebasing):
        yield from _rebase(state, number, worker, protocol)
    elif isinstance(worker, Recording):
        yield _record(state, number, worker)
    else:
        yield from _begin(state, number, protocol, bounds)


def worker_deaths(state: State, number: int) -> Iterator[Step]:
    """Also a lost reply: the worker gives up and another one finds what it left."""
    worker = state.workers[number]
    if worker is not AT_REST:
        yield Step(f"worker {number + 1} dies", _with(state, number, AT_REST))


def _with(state: State, number: int, worker: Worker) -> State:
    return state._replace(workers=(*state.workers[:number], worker, *state.workers[number + 1 :]))


def _begin(state: State, number: int, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    doc, control, indexed, expires = state.redis
    if control is None or not control.is_dirty:
        return
    if doc is None:
        yield _start_rebase(state, number, control, protocol, "finds a lost document")
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
    )
    redis = Redis(doc, claimed, indexed and protocol.claim_keeps_index, expires)
    label = f"worker {number + 1} claims version {control.version}"
    yield Step(label, _with(state._replace(redis=redis), number, claim))


def _write(state: State, number: int, claim: Claimed, protocol: Protocol) -> Step:
    database, who = state.database, f"worker {number + 1}"
    if not _fence_holds(database, claim, protocol.fence):
        return _mismatch(state, number, claim, forced=False)
    mask = 0
    for op, _ in claim.pending:
        if protocol.ledger_is_unique and (database.ledger | mask) & bit(op):
            return _mismatch(state, number, claim, forced=True)
        mask |= bit(op)
    written = database._replace(
        version=claim.version,
        rev=claim.token,
        x=claim.doc.x if claim.mark_x else database.x,
        y=claim.doc.y if claim.mark_y else database.y,
        effects=claim.doc.effects,
        ledger=database.ledger | mask,
        dropped=database.dropped | claim.refused,
    )
    after = _with(
        state._replace(database=written), number, Committed(COMMITTED, claim.token, claim.version, claim.rev)
    )
    backwards = claim.version <= database.version
    return Step(f"{who} commits version {claim.version}", after, "I6" if backwards else None)


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
        MISMATCHED, database.version, database.rev, forced, claim.token, claim.version, claim.rev
    )
    return Step(f"worker {number + 1} writes nothing: {why}", _with(state, number, found))


def _acknowledge(state: State, number: int, done: Committed, protocol: Protocol) -> Step:
    redis = acknowledged(state.redis, done.token, done.version, done.rev, protocol)
    after = _with(state._replace(redis=redis), number, AT_REST)
    outcome = "ignored" if redis is state.redis else _outcome(redis)
    return Step(f"worker {number + 1} acknowledges version {done.version}: {outcome}", after)


def _outcome(redis: Redis) -> str:
    return "still dirty" if redis.indexed else "clean"


def acknowledged(redis: Redis, token: int, version: int, rev: int, protocol: Protocol) -> Redis:
    """The same object when the acknowledgement changes nothing."""
    doc, control, indexed, expires = redis
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
    if clean and doc is not None:
        return Redis(doc, kept, False, True)
    return Redis(doc, kept, indexed, expires)


def _settle(state: State, number: int, found: Mismatched, protocol: Protocol) -> Step:
    control, who = state.redis.control, f"worker {number + 1}"
    if control is None or not control.is_dirty:
        return Step(f"{who} finds nothing left to write", _with(state, number, AT_REST))
    ours = any(token == found.row_rev for token, _ in control.tokens)
    if ours and protocol.recognises_tokens:
        token, version = found.row_rev, found.row_version
        if not protocol.acknowledges_database_token:
            token, version = found.token, found.version
        redis = acknowledged(state.redis, token, version, found.rev, protocol)
        after = _with(state._replace(redis=redis), number, AT_REST)
        return Step(f"{who} recognises an own write, acknowledges version {version}: {_outcome(redis)}", after)
    is_base = (found.row_version, found.row_rev) == (control.base_version, control.base_rev)
    if is_base and not (found.forced and protocol.violation_forces_rebase):
        return Step(f"{who} drops its stale claim", _with(state, number, AT_REST))
    if protocol.mismatch is Mismatch.DISCARD:
        after = _with(state._replace(redis=NOTHING), number, AT_REST)
        return Step(f"{who} discards the session: the database knows better", after)
    return _start_rebase(state, number, control, protocol, "starts a rebase")


def _start_rebase(state: State, number: int, control: Control, protocol: Protocol, why: str) -> Step:
    if protocol.rebase_reads_session_first:
        rebasing = Rebasing(REBASING, control.rev, control.pending, control.refused, None)
        return Step(f"worker {number + 1} {why}: reads the session", _with(state, number, rebasing))
    rebasing = Rebasing(REBASING, 0, (), 0, state.database)
    return Step(f"worker {number + 1} {why}: reads the database", _with(state, number, rebasing))


def _rebase(state: State, number: int, worker: Rebasing, protocol: Protocol) -> Iterator[Step]:
    who = f"worker {number + 1}"
    if worker.kind == REBASED:
        yield _set_rebased(state, number, worker, protocol)
    elif protocol.rebase_reads_session_first:
        read = worker._replace(kind=REBASED, snapshot=state.database)
        yield Step(f"{who} reads the database (version {state.database.version})", _with(state, number, read))
    else:
        control = state.redis.control
        if control is not None:
            read = worker._replace(
                kind=REBASED, rev=control.rev, pending=control.pending, refused=control.refused
            )
            yield Step(f"{who} reads the session (version {control.version})", _with(state, number, read))
        else:
            yield Step(f"{who} finds the session gone", _with(state, number, AT_REST))


def _set_rebased(state: State, number: int, worker: Rebasing, protocol: Protocol) -> Step:
    snapshot, (_, control, *_) = worker.snapshot, state.redis
    who, database, rest = f"worker {number + 1}", state.database, AT_REST
    assert snapshot is not None
    if control is None or (protocol.rebase_compares and control.rev != worker.rev):
        return Step(f"{who} gives its rebase up: another revision", _with(state, number, rest))
    result = replay(control, snapshot, worker.pending, worker.refused & ~snapshot.dropped, protocol)
    newly = result.refused & ~database.dropped
    if protocol.conflicts is Conflicts.BEFORE_SET and newly:
        told = state._replace(database=database._replace(dropped=database.dropped | newly))
        return Step(f"{who} records {names(newly)} as dropped", told)
    after: Worker = rest
    refused = result.refused
    if protocol.conflicts is not Conflicts.WITH_WRITE:
        refused = 0
        if protocol.conflicts is Conflicts.AFTER_SET and newly:
            after = Recording(RECORDING, newly)
    dirty = bool(result.pending or refused)
    rebased = control._replace(
        rev=FRESH if protocol.random_revisions else result.version,
        version=result.version,
        synced=snapshot.version if dirty else result.version,
        base_version=snapshot.version,
        base_rev=snapshot.rev,
        tokens=() if protocol.rebase_clears_tokens else control.tokens,
        pending=result.pending,
        refused=refused,
        mark_x=result.mark_x,
        mark_y=result.mark_y,
        seen=result.seen,
    )
    expires = not (dirty and protocol.dirty_never_expires)
    redis = Redis(result.doc, rebased, dirty, expires)
    label = f"{who} sets the rebased session (version {result.version})"
    if result.refused:
        label += f", without {names(result.refused)}"
    return Step(label, _with(state._replace(redis=redis), number, after))


def _record(state: State, number: int, worker: Recording) -> Step:
    database = state.database._replace(dropped=state.database.dropped | worker.refused)
    after = _with(state._replace(database=database), number, AT_REST)
    return Step(f"worker {number + 1} records {names(worker.refused)} as dropped", after)
