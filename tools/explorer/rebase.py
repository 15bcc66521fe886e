"""A rebase in its steps: the session is read, the database is read, the result is set."""

from collections.abc import Iterator

from tools.explorer.actors import (
    AT_REST,
    REBASED,
    REBASING,
    RECORDING,
    SETTLING,
    Idle,
    Rebasing,
    Recording,
    Settling,
)
from tools.explorer.judging import (
    is_otherwise,
    is_silent,
    is_unfounded,
    with_brought_back,
    with_loss_told,
    with_untellable,
)
from tools.explorer.parts import (
    FRESH,
    LEFT,
    OPERATIONS,
    Control,
    Database,
    Makings,
    Redis,
    bit,
    bits,
    op_of,
)
from tools.explorer.protocol import Bounds, Conflicts, Protocol
from tools.explorer.rules import Replay, missing, names, replay
from tools.explorer.states import Actor, State, Step, with_actor


def rebasing(control: Control, *, moved: bool = False, anew: bool = False, lost: Makings = ()) -> Rebasing:
    """The session is read."""
    return Rebasing(
        kind=REBASING,
        rev=control.rev,
        moved=moved,
        anew=anew,
        pending=control.pending,
        refused=control.refused,
        base_version=control.base_version,
        lost=lost,
        missing=0,
        snapshot=None,
    )


def start_rebase(
    state: State, number: int, control: Control, protocol: Protocol, why: str, *, anew: bool
) -> Step:
    actor = Actor(is_client=False, number=number)
    if protocol.rebase_reads_session_first:
        held = rebasing(control, anew=anew)
        return Step(f"{actor} {why}: reads the session", with_actor(state, actor, held))
    held = Rebasing(REBASING, 0, False, anew, (), 0, 0, (), 0, state.database)
    return Step(f"{actor} {why}: reads the database", with_actor(state, actor, held))


def rebase_steps(
    state: State, actor: Actor, held: Rebasing, protocol: Protocol, bounds: Bounds
) -> Iterator[Step]:
    if held.kind == REBASED:
        yield _set_rebased(state, actor, held, protocol, bounds)
    elif protocol.rebase_reads_session_first:
        read = held._replace(kind=REBASED, snapshot=state.database)
        label = f"{actor} reads the database (version {state.database.version})"
        yield Step(label, with_actor(state, actor, read))
    elif (control := state.redis.control) is not None:
        read = rebasing(control, anew=held.anew)._replace(kind=REBASED, snapshot=held.snapshot)
        yield Step(f"{actor} reads the session (version {control.version})", with_actor(state, actor, read))
    else:
        yield Step(f"{actor} finds the session gone", with_actor(state, actor, AT_REST))


def _set_rebased(state: State, actor: Actor, held: Rebasing, protocol: Protocol, bounds: Bounds) -> Step:
    snapshot, database = held.snapshot, state.database
    control = _left(state.redis, held) or state.redis.control
    assert snapshot is not None
    if control is None or not _may_be_set(control, held, snapshot.rev, protocol):
        after = with_untellable(with_actor(state, actor, AT_REST))
        return Step(f"{actor} gives its rebase up: others were faster", after)
    result = replay(control, snapshot, held, protocol)
    newly = result.refused & ~database.dropped
    if protocol.conflicts is Conflicts.BEFORE_SET and newly:
        told = state._replace(database=database._replace(dropped=database.dropped | newly))
        return Step(f"{actor} records {names(newly)} as dropped", told)
    refused = result.refused if protocol.conflicts is Conflicts.WITH_WRITE else 0
    stands = snapshot.generation if protocol.stands_where_compared else database.generation
    rebased = _rebased(control, snapshot, result._replace(refused=refused), protocol, bounds)
    dirty = rebased.is_dirty
    expires = not (dirty and protocol.dirty_never_expires)
    redis = Redis(result.doc, rebased._replace(checked=stands), dirty, expires, fight=state.redis.fight)
    following: Settling | Recording | Idle = AT_REST
    if actor.is_client and (held.lost or held.missing):
        following = Settling(SETTLING, _lineage(bounds))
    elif protocol.conflicts is Conflicts.AFTER_SET and newly:
        following = Recording(RECORDING, newly)
    after = with_actor(state._replace(redis=redis), actor, following)
    after = with_brought_back(after, result.pending)
    if missing(snapshot, held, protocol):
        after = with_loss_told(after)
    return Step(_label(actor, held, result), after, _broken(state, held, result, protocol, bounds))


def _label(actor: Actor, held: Rebasing, result: Replay) -> str:
    label = f"{actor} sets the rebased session (version {result.version})"
    if held.lost:
        label += f", bringing back {names(bits(held.lost))}"
    return f"{label}, leaving out {names(result.refused)}" if result.refused else label


def _broken(state: State, held: Rebasing, result: Replay, protocol: Protocol, bounds: Bounds) -> str | None:
    snapshot = held.snapshot
    assert snapshot is not None
    if is_silent(held, result, snapshot):
        return "N"
    if is_otherwise(result):
        return "M"
    if missing(snapshot, held, protocol) and not bounds.late and is_unfounded(state, held, snapshot):
        return "F"
    return "R" if not held.anew and not snapshot.foreign and state.history.is_calm else None


def _rebased(
    control: Control, snapshot: Database, result: Replay, protocol: Protocol, bounds: Bounds
) -> Control:
    dirty = bool(result.pending or result.refused)
    refused = tuple((op, result.version) for op in OPERATIONS if result.refused & bit(op))
    return control._replace(
        rev=FRESH if protocol.random_revisions else result.version,
        version=result.version,
        synced=snapshot.version if dirty else result.version,
        base_version=snapshot.version,
        base_rev=snapshot.rev,
        tokens=() if protocol.rebase_clears_tokens else control.tokens,
        pending=result.pending,
        refused=result.refused,
        mark_x=result.mark_x,
        mark_y=result.mark_y,
        floor=result.version if protocol.rebase_sets_floor else control.floor,
        remembered=(*((op_of(making), at) for making, at in result.pending), *refused),
        lineage=_lineage(bounds),
    )


def _left(redis: Redis, held: Rebasing) -> Control | None:
    """What stands for the control data that a document has lost, for whoever looks at it."""
    if held.rev != LEFT or redis.doc is None or redis.control is not None:
        return None
    return Control(LEFT, redis.left, 0, 0, 0, (), (), 0, 0, 0, 0, (), 0, 0)


def _lineage(bounds: Bounds) -> int:
    """The revision under which the session was made, where anybody keeps it in mind."""
    return FRESH if bounds.minds else 0


def _may_be_set(control: Control, held: Rebasing, row_rev: int, protocol: Protocol) -> bool:
    if protocol.rebase_compares and control.rev != held.rev:
        return False
    if protocol.rebase_compares_base and held.moved:
        return False
    own = row_rev == control.base_rev or any(row_rev == token for token, _ in control.tokens)
    return held.anew or not own or not protocol.rebase_spares_own_writes


def record(state: State, actor: Actor, held: Recording) -> Step:
    database = state.database._replace(dropped=state.database.dropped | held.refused)
    after = with_actor(state._replace(database=database), actor, AT_REST)
    return Step(f"{actor} records {names(held.refused)} as dropped", after)
