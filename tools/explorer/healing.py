"""What a process does about a session that may be another one than it should: compare, look, bring back."""

from collections.abc import Iterator

from tools.explorer.actors import (
    ADOPTING,
    AT_REST,
    HEALING,
    Adopting,
    Healing,
    Looking,
    Settling,
    Verifying,
)
from tools.explorer.judging import with_untellable
from tools.explorer.minds import beyond, is_older, moved
from tools.explorer.parts import LEFT, bit, bits, op_of
from tools.explorer.protocol import Bounds, Protocol
from tools.explorer.rebase import rebasing
from tools.explorer.rules import names
from tools.explorer.states import State, Step, with_client


def verify(state: State, number: int, held: Verifying, _: Protocol, __: Bounds) -> Iterator[Step]:
    """The row is read: it is the session's own, or there is something to rebase over."""
    row, control, who = state.database, held.control, f"client {number + 1}"
    is_own = (row.version, row.rev) == control.base or any(row.rev == token for token, _ in control.tokens)
    if is_own:
        adopting = Adopting(ADOPTING, held.rev, held.moved, row.generation)
        yield Step(f"{who} finds that the session agrees with the row", with_client(state, number, adopting))
    else:
        label = f"{who} finds the row at version {row.version}: starts a rebase"
        yield Step(label, with_client(state, number, rebasing(control, moved=held.moved)))


def adopt(state: State, number: int, held: Adopting, protocol: Protocol, _: Bounds) -> Iterator[Step]:
    after, control = with_client(state, number, AT_REST), state.redis.control
    if control is None or control.rev != held.rev or (held.moved and protocol.stands_where_compared):
        yield Step(f"client {number + 1} finds another session to adopt", after)
        return
    generation = held.generation if protocol.stands_where_compared else state.database.generation
    adopted = control._replace(checked=generation)
    yield Step(
        f"client {number + 1} adopts the session", after._replace(redis=state.redis._replace(control=adopted))
    )


def look(state: State, number: int, held: Looking, _: Protocol, __: Bounds) -> Iterator[Step]:
    control, who = state.redis.control, f"client {number + 1}"
    if control is None:
        yield Step(f"{who} finds what it created gone", with_untellable(with_client(state, number, AT_REST)))
    else:
        healing = Healing(HEALING, control.rev, False, control, held.newest)
        after = with_untellable(with_client(state, number, healing))
        yield Step(f"{who} looks after what may be missing", after)


def heal(state: State, number: int, held: Healing, protocol: Protocol, _: Bounds) -> Iterator[Step]:
    """The ledger is asked for what was told in another past and does not wait in this one."""
    row, control, who = state.database, held.control, f"client {number + 1}"
    told = beyond(state, number, control, protocol) if protocol.heals else ()
    waiting = control.waiting if protocol.heal_asks_pending else 0
    written = row.ledger | row.dropped if protocol.heal_asks_ledger else 0
    lost = tuple([each for each in told if not bit(op_of(each[0])) & (waiting | written)])
    known = len(lost) if protocol.misses_only_unknown else 0
    is_left = held.rev == LEFT
    missing = max(0, held.newest - (row.version if is_left else control.version) - known)
    if not lost and not missing and not is_left and not is_older(state, number, control, protocol):
        whole = with_client(state, number, AT_REST)
        whole = with_untellable(moved(whole, number, control.lineage, control))
        yield Step(f"{who} finds all that it told", whole)
        return
    held_now = rebasing(control, moved=held.moved, anew=True, lost=lost)._replace(missing=missing)
    label = f"{who} misses {names(bits(lost)) or 'nothing it knows'}, and {missing} changes nobody knows"
    yield Step(label, with_untellable(with_client(state, number, held_now)))


def settle(state: State, number: int, held: Settling, protocol: Protocol, _: Bounds) -> Iterator[Step]:
    """What could not be brought back was told in its stead: it is not asked after again."""
    control, after = state.redis.control, with_client(state, number, AT_REST)
    is_own = control is not None and (control.lineage == held.lineage or not protocol.settles_own_rebase)
    if control is not None and is_own:
        after = moved(after, number, control.lineage, control)
    yield Step(f"client {number + 1} notes what it has brought back", after)
