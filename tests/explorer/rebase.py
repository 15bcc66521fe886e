"""A rebase in its steps: the session is read, the database is read, the result is set."""

from collections.abc import Iterator

from tests.explorer.protocol import Conflicts, Protocol
from tests.explorer.rules import names, replay
from tests.explorer.states import (
    AT_REST,
    FRESH,
    REBASED,
    REBASING,
    RECORDING,
    Control,
    Rebasing,
    Recording,
    Redis,
    State,
    Step,
    Worker,
    with_worker,
)


def start_rebase(
    state: State, number: int, control: Control, protocol: Protocol, why: str, *, anew: bool
) -> Step:
    if protocol.rebase_reads_session_first:
        rebasing = Rebasing(REBASING, control.rev, False, anew, control.pending, control.refused, None)
        return Step(f"worker {number + 1} {why}: reads the session", with_worker(state, number, rebasing))
    rebasing = Rebasing(REBASING, 0, False, anew, (), 0, state.database)
    return Step(f"worker {number + 1} {why}: reads the database", with_worker(state, number, rebasing))


def rebase_steps(state: State, number: int, worker: Rebasing, protocol: Protocol) -> Iterator[Step]:
    who = f"worker {number + 1}"
    if worker.kind == REBASED:
        yield _set_rebased(state, number, worker, protocol)
    elif protocol.rebase_reads_session_first:
        read = worker._replace(kind=REBASED, snapshot=state.database)
        yield Step(
            f"{who} reads the database (version {state.database.version})", with_worker(state, number, read)
        )
    else:
        control = state.redis.control
        if control is not None:
            read = worker._replace(
                kind=REBASED,
                rev=control.rev,
                pending=control.pending,
                refused=control.refused,
            )
            yield Step(
                f"{who} reads the session (version {control.version})", with_worker(state, number, read)
            )
        else:
            yield Step(f"{who} finds the session gone", with_worker(state, number, AT_REST))


def _set_rebased(state: State, number: int, worker: Rebasing, protocol: Protocol) -> Step:
    snapshot, (_, control, *_) = worker.snapshot, state.redis
    who, database, rest = f"worker {number + 1}", state.database, AT_REST
    assert snapshot is not None
    if control is None or not _may_be_set(control, worker, snapshot.rev, protocol):
        return Step(f"{who} gives its rebase up: others were faster", with_worker(state, number, rest))
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
        denied=(control.denied | result.refused) if protocol.remembers_refusals else 0,
    )
    expires = not (dirty and protocol.dirty_never_expires)
    redis = Redis(result.doc, rebased, dirty, expires)
    label = f"{who} sets the rebased session (version {result.version})"
    if result.refused:
        label += f", without {names(result.refused)}"
    needless = not worker.anew and not snapshot.foreign and state.history.is_calm
    return Step(label, with_worker(state._replace(redis=redis), number, after), "R" if needless else None)


def _may_be_set(control: Control, worker: Rebasing, row_rev: int, protocol: Protocol) -> bool:
    if protocol.rebase_compares and control.rev != worker.rev:
        return False
    if protocol.rebase_compares_base and worker.moved:
        return False
    own = row_rev == control.base_rev or any(row_rev == token for token, _ in control.tokens)
    return worker.anew or not own or not protocol.rebase_spares_own_writes


def record(state: State, number: int, worker: Recording) -> Step:
    database = state.database._replace(dropped=state.database.dropped | worker.refused)
    after = with_worker(state._replace(database=database), number, AT_REST)
    return Step(f"worker {number + 1} records {names(worker.refused)} as dropped", after)
