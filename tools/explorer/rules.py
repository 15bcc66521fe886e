"""How operations are replayed on a fresh document."""

from typing import NamedTuple

from tools.explorer.actors import Rebasing
from tools.explorer.deeds import applied, touched
from tools.explorer.parts import (
    INBOX,
    LOST,
    NAMES,
    Control,
    Database,
    Doc,
    Makings,
    bit,
    op_of,
    told_of,
)
from tools.explorer.protocol import Made, Protocol


def names(mask: int) -> str:
    return ", ".join(name for op, name in enumerate(NAMES) if mask & bit(op))


def document_of(database: Database) -> Doc:
    return Doc(database.x, database.y, database.worn, database.effects)


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
        after = applied(doc, op, protocol, told_of(making))
        if after is None:
            refused |= bit(op) & ~bit(INBOX)
            continue
        doc, version = after, version + 1
        kept.append((making, version))
        mark_x, mark_y = marked(mark_x, mark_y, op, version, protocol)
    if missing(snapshot, held, protocol):
        refused |= LOST
    # Each of those that are left out takes a version, too; in which order makes no difference here.
    version += refused.bit_count()
    return Replay(doc, tuple(kept), refused, mark_x, mark_y, max(version, start + 1))


def marked(mark_x: int, mark_y: int, op: int, version: int, protocol: Protocol) -> tuple[int, int]:
    """The versions in which the rows were changed last, once the operation is made."""
    at_x, at_y = touched(op)
    if at_x and at_y and not protocol.marks_every_row:
        at_y = False
    return version if at_x else mark_x, version if at_y else mark_y


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
