"""What operations do to a document, and how several are replayed on a fresh one."""

from typing import NamedTuple

from tools.explorer.actors import Rebasing
from tools.explorer.parts import (
    INBOX,
    LOST,
    NAMES,
    TAKE,
    UNDO,
    Control,
    Database,
    Doc,
    Makings,
    bit,
    op_of,
    times,
)
from tools.explorer.protocol import Made, Protocol


def applied(doc: Doc, op: int, protocol: Protocol) -> Doc | None:
    """The document after the operation; None when the rules refuse it."""
    effects = doc.effects + (1 << 2 * op)
    if op == TAKE:
        return Doc(doc.x - 1, doc.y, effects) if doc.x else None
    if op == UNDO:
        valid = times(doc.effects, TAKE) and not times(doc.effects, UNDO) and not doc.x
        return Doc(doc.x + 1, doc.y, effects) if valid or not protocol.undo_is_checked else None
    return Doc(doc.x, doc.y + 1, effects)


def touches_x(op: int) -> bool:
    return op in (TAKE, UNDO)


def names(mask: int) -> str:
    return ", ".join(name for op, name in enumerate(NAMES) if mask & bit(op))


def document_of(database: Database) -> Doc:
    return Doc(database.x, database.y, database.effects)


class Replay(NamedTuple):
    """`synced` differs from `version` when there is something to write."""

    doc: Doc
    pending: Makings
    refused: int
    mark_x: int
    mark_y: int
    version: int


def replay(control: Control, snapshot: Database, held: Rebasing, protocol: Protocol) -> Replay:
    """Apply what the ledger lacks on top of the snapshot; what the rules refuse now is set aside."""
    doc, kept, mark_x, mark_y = document_of(snapshot), [], 0, 0
    start = snapshot.version
    if protocol.rebase_passes_both_versions:
        start = max(control.version, start)
    if protocol.heals_beyond:
        start = max(start, *(at for _, at in held.lost), 0)
    version, refused = start, held.refused & ~snapshot.dropped
    for is_lost, (making, at) in [(False, each) for each in held.pending] + [
        (True, each) for each in held.lost
    ]:
        op = op_of(making)
        if protocol.rebase_asks_ledger and (snapshot.ledger | snapshot.dropped) & bit(op):
            if not is_lost and _is_second(snapshot, making, at, protocol):
                refused |= bit(op) & ~bit(INBOX)
            continue
        after = applied(doc, op, protocol)
        if after is None:
            refused |= bit(op) & ~bit(INBOX)
            continue
        doc, version = after, version + 1
        kept.append((making, version))
        mark_x, mark_y = (version, mark_y) if touches_x(op) else (mark_x, version)
    if missing(snapshot, held, protocol):
        refused |= LOST
    # Each of those that are left out takes a version, too; in which order makes no difference here.
    version += refused.bit_count()
    return Replay(doc, tuple(kept), refused, mark_x, mark_y, max(version, start + 1))


def missing(snapshot: Database, held: Rebasing, protocol: Protocol) -> bool:
    """Whether changes are gone that nobody knows any more."""
    is_older = held.base_version > snapshot.version
    return bool(held.missing) or (is_older and protocol.tells_of_older_database)


def _is_second(snapshot: Database, making: int, version: int, protocol: Protocol) -> bool:
    """Whether the ledger's row of this operation came from another making, as far as the protocol can see."""
    for recorded, at in snapshot.entries:
        if op_of(recorded) == op_of(making):
            if protocol.made is Made.BY_MAKING:
                return recorded != making
            return at != version and protocol.made is Made.BY_VERSION
    return False
