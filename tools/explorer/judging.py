"""Who knows what became of an operation; no step of the protocol looks here."""

from tools.explorer.actors import Asking, Client, Healing, Looking, Rebasing
from tools.explorer.effects import cleared, contained
from tools.explorer.minds import known_to_all
from tools.explorer.parts import (
    CLEAR,
    INBOX,
    LOST,
    Control,
    Database,
    Doc,
    Makings,
    Mind,
    bit,
    bits,
    op_of,
    told_of,
)
from tools.explorer.rules import Replay
from tools.explorer.states import State


def found(state: State) -> int:
    """The operations that Redis, PostgreSQL or a living process has, or that were left out with a word."""
    row, control = state.database, state.redis.control
    known = row.ledger | row.dropped | known_to_all(state)
    return known if control is None else known | control.waiting


def unaccounted(state: State) -> int:
    history = state.history
    return history.acked & ~history.gone & ~found(state)


def is_tellable(state: State) -> bool:
    """Whether the protocol can still find out that something is missing."""
    control, version = state.redis.control, state.database.version
    if control is not None and control.base_version > version:
        return True
    if control is None and state.redis.left > version:
        return True
    if control is None and any(can_tell(state, mind, mind.seen) for mind in state.minds):
        return True
    return any(_tells(client, version) for client in state.clients)


def _tells(client: Client, version: int) -> bool:
    """Whether the client is about to find versions gone that it cannot bring back."""
    if isinstance(client, Looking | Healing):
        return client.newest > 0
    return isinstance(client, Rebasing) and (client.missing > 0 or client.base_version > version)


def can_tell(state: State, mind: Mind, newest: int) -> bool:
    """Whether a process that knows of a version can tell that more is gone than it can bring back."""
    row = state.database
    kept = sum(not bit(op_of(making)) & (row.ledger | row.dropped) for making, _, _ in mind.told)
    return newest - row.version > kept


def with_untellable(state: State) -> State:
    """After an accident: what nobody knows, and nobody can tell to be missing, is nobody's fault."""
    lost = unaccounted(state)
    if not lost or is_tellable(state):
        return state
    return state._replace(history=state.history._replace(gone=state.history.gone | lost))


def with_brought_back(state: State, makings: Makings) -> State:
    """What is there again is not gone any more, though it may have been told as lost."""
    gone = state.history.gone & ~bits(makings)
    return state if gone == state.history.gone else state._replace(history=state.history._replace(gone=gone))


def with_loss_told(state: State) -> State:
    """The word stands for all that neither store has; it must reach the player in its turn."""
    history = state.history
    gone = history.gone | (history.acked & ~found(state._replace(minds=())))
    return state._replace(history=history._replace(gone=gone, acked=history.acked | LOST))


def is_unfounded(state: State, held: Rebasing, snapshot: Database) -> bool:
    """Whether a loss is told though all is there, as far as the process that tells can see.

    Versions count changes only where no rebase has skipped some, and no write arrives late. What another
    process knows may be told as lost, and come back: processes do not know of each other.
    """
    history = state.history
    if history.restores or history.edits or history.lost_documents or history.losses != 1:
        return False
    known = found(state._replace(minds=(), database=snapshot)) | bits(held.lost)
    return not contained(history.made) & ~known


def is_silent(held: Rebasing, result: Replay, snapshot: Database) -> bool:
    """Whether something that waited, or was to be brought back, is left out without a word."""
    told = bits(result.pending) | result.refused | snapshot.dropped | bit(INBOX)
    recorded = {op_of(making): making for making, _ in snapshot.entries}
    for making, _ in held.pending:
        op = op_of(making)
        is_written = snapshot.ledger & bit(op) and recorded.get(op, making) == making
        if not is_written and not told & bit(op):
            return True
    return bool(bits(held.lost) & ~(told | snapshot.ledger))


def is_otherwise(result: Replay) -> bool:
    """Whether something is kept that takes more or fewer pieces than its player was told."""
    told = [told_of(making) for making, _ in result.pending if op_of(making) == CLEAR]
    return any(each != cleared(result.doc.effects) for each in told)


def is_stale(state: State, doc: Doc, control: Control) -> bool:
    """Whether a session has what the announced database lacks and will not get."""
    row = state.database
    if not row.generation:
        return False
    held = row.ledger | bits(control.pending)
    return bool(contained(doc.effects) & ~held)


def wrongly_saved(state: State, asking: Asking) -> str | None:
    """What is wrong with a change that is made on the session that `asking` holds."""
    doc, control, *_ = state.redis
    assert control is not None
    if (asking.version, asking.doc) != (control.version, doc):
        return "I5"
    if state.database.ledger & bit(asking.op):
        return "T"
    if asking.drawn > asking.version:
        return "A"
    return "G" if is_stale(state, asking.doc, control) else None


def misled(state: State, number: int, doc: Doc, control: Control) -> str | None:
    """What is wrong with a session that was read and found whole."""
    row = state.database
    if is_stale(state, doc, control):
        return "G"
    told = bits(tuple([each[:2] for each in state.minds[number].told]))
    is_hidden = state.history.restores > row.generation  # nobody can see yet that the database is older
    return "H" if told & ~(row.ledger | row.dropped | control.waiting) and not is_hidden else None
