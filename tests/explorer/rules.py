"""What operations do to a document, and how several are replayed on a fresh one."""

from typing import NamedTuple

from tests.explorer.protocol import Protocol
from tests.explorer.states import NAMES, OPERATIONS, TAKE, UNDO, Control, Database, Doc, bit, times


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
    return ", ".join(NAMES[op] for op in OPERATIONS if mask & bit(op))


def document_of(database: Database) -> Doc:
    return Doc(database.x, database.y, database.effects)


class Replay(NamedTuple):
    """`synced` differs from `version` when there is something to write."""

    doc: Doc
    pending: tuple[tuple[int, int], ...]
    refused: int
    seen: int
    mark_x: int
    mark_y: int
    version: int


def replay(
    control: Control,
    snapshot: Database,
    pending: tuple[tuple[int, int], ...],
    refused: int,
    protocol: Protocol,
) -> Replay:
    """Apply what the ledger lacks on top of the snapshot; what the rules refuse now is set aside."""
    doc, kept, replayed = document_of(snapshot), [], 0
    mark_x = mark_y = 0
    start = (
        max(control.version, snapshot.version) if protocol.rebase_passes_both_versions else snapshot.version
    )
    version = start
    for op, _ in pending:
        if protocol.rebase_asks_ledger and snapshot.ledger & bit(op):
            continue
        if protocol.rebase_replays_once and replayed & bit(op):
            continue
        replayed |= bit(op)
        after = applied(doc, op, protocol)
        if after is None:
            refused |= bit(op)
            continue
        doc, version = after, version + 1
        kept.append((op, version))
        mark_x, mark_y = (version, mark_y) if touches_x(op) else (mark_x, version)
    seen = snapshot.ledger | replayed | refused
    return Replay(doc, tuple(kept), refused, seen, mark_x, mark_y, max(version, start + 1))
