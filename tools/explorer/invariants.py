"""The specification's invariants as predicates of one state; some belong to steps, which report them."""

from collections.abc import Callable, Mapping

from tools.explorer.effects import cleared, contained, is_double, times, wore
from tools.explorer.judging import is_tellable, unaccounted
from tools.explorer.parts import (
    ADDERS,
    CLEAR,
    FIGHT,
    LOST,
    MEND,
    RETURN,
    REVERT,
    TAKE,
    UNDO,
    UNDONE,
    Database,
    Redis,
    bit,
)
from tools.explorer.protocol import Bounds
from tools.explorer.states import State

TEXTS: Mapping[str, str] = {
    "I1": "a committed operation never disappears from PostgreSQL",
    "I2": "an operation id takes effect at most once, and never once it was reported as dropped",
    "I3": "dirty means indexed and without expiry",
    "I4": "clean means that PostgreSQL has every operation of the session",
    "I5": "a write with a stale revision changes nothing",
    "I6": "the database version only grows",
    "I7": "items at base + operations = items now",
    "I8": "an item has one place",
    "I9": "an acknowledged operation is in Redis, PostgreSQL or a process' memory, or told if anybody can",
    "I10": "an operation acknowledged in strict mode is in PostgreSQL",
    "T": "what the database has is not made a second time, and what was left out is not told as done",
    "A": "nothing takes effect in a state before the one that it was meant for",
    "N": "a rebase leaves nothing out without a word",
    "H": "what a living process told is there when it has looked at the session",
    "F": "a loss is told only where something is lost",
    "G": "once a restore is announced nothing the database lacks is served, changed or taken for written",
    "M": "what is written of an operation that depends on what it meets is what was told",
    "U": "nothing is taken back that was not done",
    "B": "what a fight came to stands, whatever it is rebased onto",
    "O": "a fight gives one prize",
    "R": "only a foreign write is rebased over, never one of another worker",
    "L": "the workers alone can bring any state to a clean session that lost nothing",
}


def i1_committed_stays(row: Database) -> bool:
    return not row.ledger & ~contained(row.effects)


def i2_once_in_database(row: Database) -> bool:
    return not is_double(row.effects) and not row.ledger & row.dropped


def i2_once_in_session(redis: Redis) -> bool:
    return redis.doc is None or not is_double(redis.doc.effects)


def i3_dirty_is_safe(redis: Redis) -> bool:
    if redis.control is None or not redis.control.is_dirty:
        return True
    return redis.indexed and not redis.expires


def i4_clean_is_written(row: Database, redis: Redis) -> bool:
    doc, control, *_ = redis
    if doc is None or control is None or control.is_dirty:
        return True
    return not contained(doc.effects) & ~row.ledger


def i7_clean_shows_its_row(row: Database, redis: Redis) -> bool:
    doc, control, *_ = redis
    if doc is None or control is None or control.is_dirty:
        return True
    is_current = (control.base_version, control.base_rev) == (row.version, row.rev)
    return not is_current or (doc.x, doc.y, doc.worn) == (row.x, row.y, row.worn)


def i7_conserved(row: Database) -> bool:
    effects = row.effects
    gone = times(effects, CLEAR) - times(effects, RETURN)
    mended = times(effects, MEND) - times(effects, REVERT)
    x = 1 + row.operator_x - times(effects, TAKE) + times(effects, UNDO) - gone
    y = 1 + row.operator_y + sum([times(effects, op) for op in ADDERS]) - gone * cleared(effects) - mended
    worn = 1 + row.operator_worn + wore(effects) - mended
    recorded = not contained(effects) & ~row.ledger
    return recorded and (row.x, row.y, row.worn) == (x, y, worn)


def i8_one_place(place: Database | Redis) -> bool:
    if isinstance(place, Database):
        return place.x in (0, 1)
    return place.doc is None or place.doc.x in (0, 1)


def u_was_done(place: Database | Redis) -> bool:
    effects = place.effects if isinstance(place, Database) else place.doc.effects if place.doc else 0
    return all(times(effects, of) for undo, of in UNDONE.items() if times(effects, undo))


def b_fights_stand(row: Database) -> bool:
    return not row.dropped & bit(FIGHT)


def i9_is_accounted_for(state: State) -> bool:
    return not unaccounted(state) or is_tellable(state)


def i10_acknowledged_is_written(row: Database, acked: int) -> bool:
    return not acked & ~(row.ledger | LOST)


_OF_DATABASE: Mapping[str, Callable[[Database], bool]] = {
    "I1": i1_committed_stays,
    "I2": i2_once_in_database,
    "I7": i7_conserved,
    "I8": i8_one_place,
    "U": u_was_done,
    "B": b_fights_stand,
}


def broken_in_database(row: Database) -> tuple[str, ...]:
    return tuple(name for name, holds in _OF_DATABASE.items() if not holds(row))


def broken_in_redis(redis: Redis) -> tuple[str, ...]:
    broken = [] if i3_dirty_is_safe(redis) else ["I3"]
    broken += [] if i8_one_place(redis) else ["I8"]
    broken += [] if u_was_done(redis) else ["U"]
    return tuple(broken)


def broken_between(state: State, bounds: Bounds) -> tuple[str, ...]:
    row, redis, history = state.database, state.redis, state.history
    broken = [] if i7_clean_shows_its_row(row, redis) else ["I7"]
    # A session that is not yet compared with a restored database may hold what that lacks, and get it twice.
    if not history.restores or (redis.control and redis.control.checked == history.restores):
        broken += [] if i2_once_in_session(redis) else ["I2"]
        broken += [] if i4_clean_is_written(row, redis) else ["G" if history.restores else "I4"]
    if bounds.strict and not history.restores and not i10_acknowledged_is_written(row, history.acked):
        broken.append("I10")
    return tuple(broken)
