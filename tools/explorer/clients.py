"""What the bot's processes do: read a session or load it, and wait for what they did in it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tools.explorer.actors import (
    ADOPTING,
    ASKING,
    AT_REST,
    HAS,
    HEALING,
    LOADING,
    LOOKING,
    SETTLING,
    SURE,
    VERIFYING,
    Has,
    Healing,
    Loading,
    Looking,
    Prizing,
    Rebasing,
    Verifying,
    Waiting,
)
from tools.explorer.fights import prize_steps
from tools.explorer.healing import adopt, heal, look, settle, verify
from tools.explorer.judging import can_tell, misled, with_untellable
from tools.explorer.minds import beyond, forgotten, seen
from tools.explorer.parts import BLANK, FRESH, LEFT, NAMES, Control, Database, Redis, bit, bits
from tools.explorer.protocol import Bounds, Protocol, Strict
from tools.explorer.rebase import rebase_steps
from tools.explorer.rules import document_of
from tools.explorer.states import FREE, ORPHANED, Actor, State, Step, with_client, with_mind
from tools.explorer.taps import ask, tap

_EACH: Mapping[int, Callable[[State, int, Any, Protocol, Bounds], Iterator[Step]]] = {
    ASKING: ask,
    SURE: ask,
    VERIFYING: verify,
    ADOPTING: adopt,
    LOOKING: look,
    HEALING: heal,
    SETTLING: settle,
}


def client_steps(state: State, number: int, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    client = state.clients[number]
    if isinstance(client, Has):
        yield from tap(state, number, client, protocol, bounds)
    elif isinstance(client, Loading):
        yield from _create(state, number, client, protocol, bounds)
    elif isinstance(client, Waiting):
        yield from _reply(state, number, client, protocol)
    elif isinstance(client, Rebasing):
        yield from rebase_steps(state, Actor(is_client=True, number=number), client, protocol, bounds)
    elif isinstance(client, Prizing):
        yield from prize_steps(state, number, client, protocol)
    elif client.kind in _EACH:
        yield from _EACH[client.kind](state, number, client, protocol, bounds)
    else:
        yield from _open(state, number, protocol, bounds)
    yield from _death(state, number)


def _death(state: State, number: int) -> Iterator[Step]:
    """With the process goes what it knew; without any, only a load or a fight leaves something behind."""
    client = state.clients[number]
    lock = ORPHANED if state.lock == number + 1 else state.lock
    is_telling = isinstance(client, Healing | Rebasing) and client.rev == LEFT
    if isinstance(client, Loading | Prizing) or is_telling or state.minds[number] != BLANK:
        dead = forgotten(with_client(state, number, AT_REST)._replace(lock=lock), number)
        yield Step(f"client {number + 1} dies", with_untellable(dead))


def _open(state: State, number: int, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    who, (doc, control, *_) = f"client {number + 1}", state.redis
    if doc is not None and control is not None:
        yield _read(state, number, protocol, bounds)
    elif state.lock == FREE or not protocol.create_checks_lock:
        loading = with_client(state, number, Loading(LOADING, state.database))
        label = f"{who} takes the load lock and reads the database (version {state.database.version})"
        yield Step(label, loading._replace(lock=number + 1))


def _read(state: State, number: int, protocol: Protocol, bounds: Bounds) -> Step:
    doc, control, *_ = state.redis
    assert doc is not None
    assert control is not None
    label = f"client {number + 1} reads the session (version {control.version})"
    if protocol.read_verifies and control.checked != state.database.generation:
        verifying = Verifying(VERIFYING, control.rev, False, control)
        return Step(f"{label}: to be verified", with_client(state, number, verifying))
    state = seen(state, number, control, protocol, bounds)
    if protocol.heals_at_reads and protocol.heals and beyond(state, number, control, protocol):
        healing = Healing(HEALING, control.rev, False, control, 0)
        return Step(f"{label}: of another past", with_client(state, number, healing))
    has = Has(HAS, control.rev, control.version, doc)
    return Step(label, with_client(state, number, has), misled(state, number, doc, control))


def _create(state: State, number: int, client: Loading, protocol: Protocol, bounds: Bounds) -> Iterator[Step]:
    who, (doc, control, *_) = f"client {number + 1}", state.redis
    snapshot = client.snapshot
    mine = state.lock == number + 1
    after = with_client(state, number, AT_REST)._replace(lock=FREE if mine else state.lock)
    if protocol.create_checks_lock and not mine:
        yield Step(f"{who} may not create the session: its lock has lapsed", after)
    elif doc is not None and control is not None:
        yield Step(f"{who} does not create the session: there is one", after)
    elif protocol.create_spares_dirty_control and control is not None and control.is_dirty:
        yield Step(f"{who} does not create the session: pending operations wait for a rebase", after)
    elif doc is not None and protocol.tells_of_left_documents and protocol.keeps_left_documents:
        yield _asked_after(after, number, protocol, bounds)
    else:
        yield from _created(after, number, snapshot, protocol, bounds)


def _asked_after(state: State, number: int, protocol: Protocol, bounds: Bounds) -> Step:
    """A document without control data stays until what it says is told."""
    seen_last = state.minds[number].seen if protocol.tells_of_seen_versions else 0
    newest = max(seen_last, state.redis.left)
    control = _made(state.database, protocol, bounds)._replace(rev=LEFT, version=state.redis.left)
    healing = Healing(HEALING, LEFT, False, control, newest)
    after = with_mind(state, number, state.minds[number]._replace(seen=0))
    label = f"client {number + 1} finds a document without control data"
    return Step(label, with_untellable(with_client(after, number, healing)))


def _created(
    state: State, number: int, snapshot: Database, protocol: Protocol, bounds: Bounds
) -> Iterator[Step]:
    who, (_, control, indexed, _, left, fight) = f"client {number + 1}", state.redis
    stands = snapshot.generation if protocol.stands_where_compared else state.database.generation
    made = _made(snapshot, protocol, bounds)._replace(checked=stands)
    after = state._replace(redis=Redis(document_of(snapshot), made, indexed, True, fight=fight))
    seen_last = state.minds[number].seen
    after = with_mind(after, number, after.minds[number]._replace(seen=0))
    if control is None:
        # Judged by what could be told; what the protocol tells comes after.
        could = can_tell(after, after.minds[number], max(seen_last, left))
        after = with_untellable(with_client(after, number, Looking(LOOKING, int(could))))
        after = with_client(after, number, AT_REST)
    newest = max(
        seen_last if protocol.tells_of_seen_versions else 0, left if protocol.tells_of_left_documents else 0
    )
    if newest > snapshot.version or (protocol.heals and beyond(state, number, made, protocol)):
        newest = newest if newest > snapshot.version else 0
        after = with_client(after, number, Looking(LOOKING, newest))
    label = f"{who} creates the session (version {snapshot.version})"
    yield Step(label, after)
    if left and not protocol.keeps_left_documents:
        yield Step(f"{label} and dies", with_client(after, number, AT_REST))


def _made(snapshot: Database, protocol: Protocol, bounds: Bounds) -> Control:
    version = snapshot.version
    return Control(
        rev=FRESH if protocol.random_revisions else version,
        version=version,
        synced=version,
        base_version=version,
        base_rev=snapshot.rev,
        tokens=(),
        pending=(),
        refused=0,
        mark_x=0,
        mark_y=0,
        floor=version if protocol.load_sets_floor else 0,
        remembered=(),
        lineage=FRESH if bounds.minds else 0,
        checked=0,
    )


def _reply(state: State, number: int, client: Waiting, protocol: Protocol) -> Iterator[Step]:
    """Strict mode: the player is told only when the operation is in the database."""
    row, control, op = state.database, state.redis.control, client.op
    done = with_client(state, number, AT_REST)
    waits = control is not None and bits(control.pending) & bit(op)
    if not waits and not row.ledger & bit(op):
        yield Step(f"client {number + 1} tells the player that {NAMES[op]} failed", done)
    if protocol.strict is Strict.BY_VERSION:
        written = control is not None and control.synced >= client.version
    else:
        written = bool(row.ledger & bit(op))
    if written:
        history = state.history._replace(acked=state.history.acked | bit(op))
        yield Step(
            f"client {number + 1} tells the player that {NAMES[op]} worked", done._replace(history=history)
        )
