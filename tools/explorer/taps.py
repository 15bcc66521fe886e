"""A tap: saved, answered from what is known of it, or asked after; and the same tap again, at any time."""

from collections.abc import Iterator

from tools.explorer.actors import (
    ASKING,
    AT_REST,
    SURE,
    VERIFYING,
    WAITING,
    Asking,
    Has,
    Verifying,
    Waiting,
)
from tools.explorer.judging import wrongly_saved
from tools.explorer.memory import in_doubt, remembering
from tools.explorer.minds import noted, seen
from tools.explorer.parts import (
    FIRST_ADD,
    FRESH,
    INBOX,
    NAMES,
    TAKE,
    UNDO,
    Control,
    Doc,
    History,
    Redis,
    bit,
    bits,
    making_of,
    op_of,
    times,
)
from tools.explorer.protocol import Bounds, Protocol
from tools.explorer.rules import applied, touches_x
from tools.explorer.states import State, Step, with_client


def tap(state: State, number: int, client: Has, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    for op in _possible(state, bounds):
        for drawn in _drawn(state.history, op, client.version, bounds):
            asking = Asking(ASKING, client.rev, client.version, client.doc, op, drawn)
            yield from _save(state, number, asking, protocol, bounds)


def _possible(state: State, bounds: Bounds) -> Iterator[int]:
    """New taps in one order where order makes no difference, and repeated ones while allowed."""
    tapped, history = state.history.tapped, state.history
    operations = [op for op, wanted in ((TAKE, bounds.take), (UNDO, bounds.undo)) if wanted]
    operations += range(FIRST_ADD, FIRST_ADD + bounds.adds)
    for op in operations:
        if tapped & bit(op):
            if history.repeats < bounds.repeats:
                yield op
        elif (op == UNDO and not tapped & bit(TAKE)) or (op > FIRST_ADD and not tapped & bit(op - 1)):
            continue
        else:
            yield op
    if state.database.posted:
        yield INBOX


def _drawn(history: History, op: int, version: int, bounds: Bounds) -> Iterator[int]:
    """The versions that the tap may be meant for: a repeated one has what it had."""
    known = dict(history.drawn)
    if op == INBOX:
        yield 0
    elif op in known:
        yield known[op]
    elif op == UNDO:
        yield known.get(TAKE, 0)
    else:
        yield version
        if bounds.ageless and version:
            yield 0


def _save(state: State, number: int, asking: Asking, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    """`asking` holds the session and the operation; it is known to be new when its kind says so."""
    who, (doc, control, *_), op = f"client {number + 1}", state.redis, asking.op
    rest, is_new = with_client(state, number, AT_REST), asking.kind == SURE
    if control is None or doc is None or (protocol.save_compares and control.rev != asking.rev):
        yield Step(f"{who} fails to save: another revision", rest)
        return
    if protocol.save_verifies and control.checked != state.database.generation:
        yield Step(f"{who} fails to save: the session is to be verified", rest)
        return
    knows = op != INBOX or protocol.inbox_ids_are_operation_ids
    if knows and in_doubt(control, op, asking.drawn, protocol, is_new=is_new):
        yield _doubted(state, number, asking, protocol, bounds)
        return
    changed = applied(asking.doc, op, protocol)
    if changed is not None:
        yield _saved(state, number, asking, protocol, bounds, changed=changed)
    elif is_new:
        yield Step(f"{who} is refused {NAMES[op]}", rest)


def _doubted(state: State, number: int, asking: Asking, protocol: Protocol, bounds: Bounds) -> Step:
    control = state.redis.control
    assert control is not None
    who, what = f"client {number + 1}", NAMES[asking.op]
    if asking.kind == SURE:
        verifying = Verifying(VERIFYING, control.rev, False, control)
        label = f"{who} finds {what} remembered, though the ledger lacks it"
        return Step(label, with_client(state, number, verifying))
    if protocol.fate_asks_pending and control.waiting & bit(asking.op):
        is_refused = not bits(control.pending) & bit(asking.op)
        return _answered(state, number, asking, protocol, bounds, is_refused=is_refused)
    label = f"{who} is in doubt about {what}, meant for version {asking.drawn}"
    return Step(label, with_client(state, number, asking))


def ask(state: State, number: int, asking: Asking, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    row, who, op = state.database, f"client {number + 1}", asking.op
    if asking.kind == SURE:
        (doc, control, *_) = state.redis
        if not protocol.asks_after_reading and doc is not None and control is not None:
            asking = asking._replace(rev=control.rev, version=control.version, doc=doc)
        yield from _save(state, number, asking, protocol, bounds)
    elif protocol.fate_asks_ledger and (row.ledger | row.dropped) & bit(op):
        is_refused = not row.ledger & bit(op)
        yield _answered(state, number, asking, protocol, bounds, is_refused=is_refused)
    elif asking.drawn > asking.version:
        done = with_client(state, number, AT_REST)._replace(history=_counted(state, op, asking.drawn, bounds))
        yield Step(f"{who} tells the player that what {NAMES[op]} was meant for is lost", done)
    else:
        sure = with_client(state, number, asking._replace(kind=SURE))
        yield Step(f"{who} learns that the ledger lacks {NAMES[op]}", sure)


def _answered(
    state: State, number: int, asking: Asking, protocol: Protocol, bounds: Bounds, *, is_refused: bool
) -> Step:
    """What was answered when it took effect, or that it was left out since."""
    op, rest = asking.op, with_client(state, number, AT_REST)
    if op == INBOX:
        return Step(f"client {number + 1} finds the grant delivered", rest)
    rest = rest._replace(history=_counted(state, op, asking.drawn, bounds))
    if is_refused and protocol.fate_tells_refusals:
        return Step(f"client {number + 1} tells the player that {NAMES[op]} was left out", rest)
    told = _told(rest, number, op, asking.version, bounds)
    return Step(
        f"client {number + 1} sends {NAMES[op]} again: seen before", told, "T" if is_refused else None
    )


def _saved(
    state: State, number: int, asking: Asking, protocol: Protocol, bounds: Bounds, *, changed: Doc
) -> Step:
    control = state.redis.control
    assert control is not None
    op, version = asking.op, asking.version + 1
    history = _counted(state, op, asking.drawn, bounds)
    earlier = 0
    if bounds.is_lossy:
        earlier = times(history.made, op)
        made = history.made + (1 << 2 * op if earlier < 3 else 0)
        history = history._replace(made=made, gone=history.gone & ~bit(op))
    written = _written(control, making_of(op, earlier), version, protocol, bounds)
    redis = Redis(changed, written, True, not protocol.dirty_never_expires)
    after = with_client(state, number, AT_REST)._replace(history=history, redis=redis)
    after = noted(
        seen(after, number, written, protocol, bounds), number, making_of(op, earlier), written, bounds
    )
    again = " again" if state.history.tapped & bit(op) and op != INBOX else ""
    label = f"client {number + 1} saves {NAMES[op]}{again} (version {version})"
    told = _told(after, number, op, version, bounds)
    return Step(label, told, wrongly_saved(state, asking))


def _written(control: Control, making: int, version: int, protocol: Protocol, bounds: Bounds) -> Control:
    op = op_of(making)
    mark_x, mark_y = (version, control.mark_y) if touches_x(op) else (control.mark_x, version)
    changed = control._replace(
        rev=FRESH if protocol.random_revisions else version,
        version=version,
        pending=(*control.pending, (making, version)),
        mark_x=mark_x,
        mark_y=mark_y,
    )
    return remembering(changed, op, version, protocol, bounds)


def _counted(state: State, op: int, drawn: int, bounds: Bounds) -> History:
    """That the tap was made; what it was meant for is kept while it may come again, or be undone."""
    history = state.history
    if op == INBOX:
        return history
    if history.tapped & bit(op):
        return history._replace(repeats=history.repeats + 1)
    kept = history.drawn
    if bounds.repeats or (bounds.undo and op == TAKE):
        kept = tuple(sorted((*kept, (op, drawn))))
    return history._replace(tapped=history.tapped | bit(op), drawn=kept)


def _told(state: State, number: int, op: int, version: int, bounds: Bounds) -> State:
    if op == INBOX:
        return state
    if bounds.strict:
        return with_client(state, number, Waiting(WAITING, op, version))
    return state._replace(history=state.history._replace(acked=state.history.acked | bit(op)))
