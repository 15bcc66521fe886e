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
from tools.explorer.choosing import drawn_for, possible
from tools.explorer.deeds import applied, to_tell
from tools.explorer.effects import times
from tools.explorer.fights import last_blow, owing
from tools.explorer.judging import wrongly_saved
from tools.explorer.memory import in_doubt, remembering
from tools.explorer.minds import noted, seen
from tools.explorer.parts import (
    FIGHT,
    FRESH,
    INBOX,
    NAMES,
    UNDONE,
    Control,
    Doc,
    History,
    Redis,
    bit,
    bits,
    making_of,
    op_of,
)
from tools.explorer.protocol import Bounds, Protocol
from tools.explorer.rules import marked
from tools.explorer.states import State, Step, with_client


def tap(state: State, number: int, client: Has, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    for op in possible(state, bounds):
        for drawn in drawn_for(state.history, op, client.version, bounds):
            asking = Asking(ASKING, client.rev, client.version, client.doc, op, drawn)
            yield from _save(state, number, asking, protocol, bounds)
    if bounds.fight:
        yield from last_blow(state, number, client, protocol)


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
    if _knows(op, protocol) and in_doubt(control, op, asking.drawn, protocol, is_new=is_new):
        yield _doubted(state, number, asking, protocol, bounds)
        return
    changed = applied(asking.doc, op, protocol)
    if changed is not None:
        yield _saved(state, number, asking, protocol, bounds, changed=changed)
    elif is_new:
        yield Step(f"{who} is refused {NAMES[op]}", rest)


def _knows(op: int, protocol: Protocol) -> bool:
    """Whether the operation has the same id whenever it comes."""
    if op == FIGHT:
        return protocol.fight_ids_are_operation_ids
    return op != INBOX or protocol.inbox_ids_are_operation_ids


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
    making = making_of(op, earlier, to_tell(asking.doc, op))
    written = _written(control, making, version, protocol, bounds)
    redis = Redis(changed, written, True, not protocol.dirty_never_expires, fight=state.redis.fight)
    after = with_client(state, number, AT_REST)._replace(history=history, redis=redis)
    after = noted(seen(after, number, written, protocol, bounds), number, making, written, bounds)
    again = " again" if state.history.tapped & bit(op) and op != INBOX else ""
    label = f"client {number + 1} saves {NAMES[op]}{again} (version {version})"
    told = _told(after, number, op, version, bounds)
    return Step(label, told, wrongly_saved(state, asking))


def _written(control: Control, making: int, version: int, protocol: Protocol, bounds: Bounds) -> Control:
    op = op_of(making)
    mark_x, mark_y = marked(control.mark_x, control.mark_y, op, version, protocol)
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
    if op == FIGHT:
        return history._replace(tapped=history.tapped | bit(op))
    if history.tapped & bit(op):
        return history._replace(repeats=history.repeats + 1)
    kept = history.drawn
    if bounds.repeats or (bounds.undo and op in UNDONE.values()):
        kept = tuple(sorted((*kept, (op, drawn))))
    return history._replace(tapped=history.tapped | bit(op), drawn=kept)


def _told(state: State, number: int, op: int, version: int, bounds: Bounds) -> State:
    if op == INBOX:
        return state
    if op == FIGHT:
        state = owing(state, number)
    elif bounds.strict:
        return with_client(state, number, Waiting(WAITING, op, version))
    return state._replace(history=state.history._replace(acked=state.history.acked | bit(op)))
