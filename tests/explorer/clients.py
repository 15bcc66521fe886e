"""What the bot's processes do: load, read, change."""

from collections.abc import Iterator

from tests.explorer.protocol import Bounds, Protocol, Strict
from tests.explorer.rules import applied, document_of, touches_x
from tests.explorer.states import (
    AT_REST,
    FIRST_ADD,
    FREE,
    FRESH,
    HAS,
    INBOX,
    LOADING,
    NAMES,
    ORPHANED,
    TAKE,
    UNDO,
    WAITING,
    Client,
    Control,
    Has,
    History,
    Loading,
    Redis,
    State,
    Step,
    Waiting,
    bit,
)


def client_steps(state: State, number: int, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    client = state.clients[number]
    who = f"client {number + 1}"
    if isinstance(client, Has):
        for op in _possible(state, bounds):
            yield from _save(state, number, client, op, protocol=protocol, bounds=bounds)
    elif isinstance(client, Loading):
        yield _create(state, number, client, protocol)
        lock = ORPHANED if state.lock == number + 1 else state.lock
        yield Step(f"{who} dies while loading", _with(state._replace(lock=lock), number, AT_REST))
    elif isinstance(client, Waiting):
        yield from _reply(state, number, client, protocol)
    else:
        yield from _open(state, number, protocol)


def _with(state: State, number: int, client: Client) -> State:
    clients = (*state.clients[:number], client, *state.clients[number + 1 :])
    return state._replace(clients=clients)


def _open(state: State, number: int, protocol: Protocol) -> Iterator[Step]:
    who, (doc, control, *_) = f"client {number + 1}", state.redis
    if doc is not None and control is not None:
        has = Has(HAS, control.rev, control.version, doc)
        yield Step(f"{who} reads the session (version {control.version})", _with(state, number, has))
    elif state.lock == FREE or not protocol.create_checks_lock:
        loading = _with(state, number, Loading(LOADING, state.database))
        label = f"{who} takes the load lock and reads the database (version {state.database.version})"
        yield Step(label, loading._replace(lock=number + 1))


def _create(state: State, number: int, client: Loading, protocol: Protocol) -> Step:
    who, (doc, control, indexed, _) = f"client {number + 1}", state.redis
    snapshot = client.snapshot
    mine = state.lock == number + 1
    lock = FREE if mine else state.lock
    after = _with(state, number, AT_REST)._replace(lock=lock)
    if protocol.create_checks_lock and not mine:
        return Step(f"{who} may not create the session: its lock has lapsed", after)
    if doc is not None and control is not None:
        return Step(f"{who} does not create the session: there is one", after)
    if protocol.create_spares_dirty_control and control is not None and control.is_dirty:
        return Step(f"{who} does not create the session: pending operations wait for a rebase", after)
    version, seen = snapshot.version, snapshot.ledger if protocol.loads_ledger_ids else 0
    made = Control(
        _revision(protocol, version), version, version, version, snapshot.rev, (), (), 0, 0, 0, seen, 0
    )
    redis = Redis(document_of(snapshot), made, indexed, True)
    return Step(f"{who} creates the session (version {version})", after._replace(redis=redis))


def _possible(state: State, bounds: Bounds) -> Iterator[int]:
    """New taps in one order where order makes no difference, and repeated ones while allowed."""
    tapped, history = state.history.tapped, state.history
    operations = [op for op, wanted in ((TAKE, bounds.take), (UNDO, bounds.undo)) if wanted]
    operations += range(FIRST_ADD, FIRST_ADD + bounds.adds)
    dropped = state.database.dropped
    for op in operations:
        if tapped & bit(op):
            if history.repeats < bounds.repeats and not dropped & bit(op):
                yield op
        elif (op == UNDO and not tapped & bit(TAKE)) or (op > FIRST_ADD and not tapped & bit(op - 1)):
            continue
        else:
            yield op
    if state.database.posted:
        yield INBOX


def _save(
    state: State, number: int, client: Has, op: int, *, protocol: Protocol, bounds: Bounds
) -> Iterator[Step]:
    who, (doc, control, *_) = f"client {number + 1}", state.redis
    what, history = _tapped(state, op)
    after = _with(state, number, AT_REST)._replace(history=history)
    knows = protocol.remembers_operations and (op != INBOX or protocol.inbox_ids_are_operation_ids)
    if control is not None and control.seen & bit(op) and knows:
        if op != INBOX and not control.denied & bit(op):
            yield Step(f"{who} sends {what}: seen before", _told(after, number, op, control.version, bounds))
        return
    if protocol.save_compares and (control is None or doc is None or control.rev != client.rev):
        yield Step(f"{who} fails to save: another revision", _with(state, number, AT_REST))
        return
    changed = applied(client.doc, op, protocol)
    if changed is None or control is None or doc is None:
        return
    version = client.version + 1
    redis = Redis(changed, _saved(control, op, version, protocol), True, not protocol.dirty_never_expires)
    stale = (client.version, client.doc) != (control.version, doc)
    told = _told(after._replace(redis=redis), number, op, version, bounds)
    yield Step(f"{who} saves {what} (version {version})", told, "I5" if stale else None)


def _tapped(state: State, op: int) -> tuple[str, History]:
    """What the tap is called, and that it was made."""
    history = state.history
    if op == INBOX:
        return NAMES[op], history
    if history.tapped & bit(op):
        return f"{NAMES[op]} again", history._replace(repeats=history.repeats + 1)
    return NAMES[op], history._replace(tapped=history.tapped | bit(op))


def _saved(control: Control, op: int, version: int, protocol: Protocol) -> Control:
    mark_x, mark_y = (version, control.mark_y) if touches_x(op) else (control.mark_x, version)
    return control._replace(
        rev=_revision(protocol, version),
        version=version,
        pending=(*control.pending, (op, version)),
        mark_x=mark_x,
        mark_y=mark_y,
        seen=control.seen | bit(op),
    )


def _told(state: State, number: int, op: int, version: int, bounds: Bounds) -> State:
    if op == INBOX:
        return state
    if bounds.strict:
        return _with(state, number, Waiting(WAITING, op, version))
    return state._replace(history=state.history._replace(acked=state.history.acked | bit(op)))


def _reply(state: State, number: int, client: Waiting, protocol: Protocol) -> Iterator[Step]:
    """Strict mode: the player is told only when the operation is in the database."""
    control, op = state.redis.control, client.op
    done = _with(state, number, AT_REST)
    if control is None or not control.seen & bit(op) or control.denied & bit(op):
        yield Step(f"client {number + 1} tells the player that {NAMES[op]} failed", done)
    if control is None:
        return
    if protocol.strict is Strict.BY_VERSION:
        written = control.synced >= client.version
    else:
        pending = any(each == op for each, _ in control.pending)
        written = bool(control.seen & bit(op)) and not pending and not control.denied & bit(op)
    if written:
        history = state.history._replace(acked=state.history.acked | bit(op))
        yield Step(
            f"client {number + 1} tells the player that {NAMES[op]} worked", done._replace(history=history)
        )


def _revision(protocol: Protocol, version: int) -> int:
    return FRESH if protocol.random_revisions else version
