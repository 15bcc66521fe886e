"""What operations do to a document: one row or several of them, all that they are or nothing.

Each is a rule of the product in small, from `apps/game_core/modules/inventory/inventory/rules/`: CLEAR stands
for all operations of several parts that must stand or fall together (`drop_many`, `wear_set`, `mend`), REVERT
for whatever puts rows back as they were, and FIGHT for what nobody can refuse. `tests/explorer/test_deeds.py`
replays the same operations by the product's rules and by these, and compares.
"""

from collections.abc import Callable, Mapping

from tools.explorer.effects import cleared, left_by_mending, saying, times
from tools.explorer.parts import CLEAR, FIGHT, MEND, RETURN, REVERT, TAKE, UNDO, UNDONE, Doc
from tools.explorer.protocol import Protocol


def applied(doc: Doc, op: int, protocol: Protocol, told: int | None = None) -> Doc | None:
    """The document after the operation; None when the rules refuse it.

    `told` is what was told of it when it was made, where it is replayed: see `to_tell`.
    """
    if op in UNDONE and not _may_be_undone(doc, op, protocol):
        return None
    counted = doc.effects + (1 << 2 * op)
    if op in _RULES:
        return _RULES[op](doc, counted, protocol, told)
    return Doc(doc.x, doc.y + 1, doc.worn, counted)


def to_tell(doc: Doc, op: int) -> int:
    """What the operation depends on besides its arguments, as it meets this document.

    How many Ys are cleared (`DropResult.quantity`); the Ys as mending left them (`Revert.after`).
    """
    if op == CLEAR:
        return doc.y
    return left_by_mending(doc.effects) if op == REVERT else 0


def touched(op: int) -> tuple[bool, bool]:
    """Whether the operation touches the rows X and Y (`compared`)."""
    several = op in (CLEAR, RETURN, MEND, REVERT)
    return several or op in (TAKE, UNDO, FIGHT), several or op not in (TAKE, UNDO, FIGHT)


def _may_be_undone(doc: Doc, op: int, protocol: Protocol) -> bool:
    """What is taken back took effect in this very past (`UndoHistory`, `Replay._require_done`), and once."""
    if times(doc.effects, op):
        return False
    return bool(times(doc.effects, UNDONE[op])) or not protocol.undo_needs_its_deed


def _take(doc: Doc, effects: int, _: Protocol, __: int | None) -> Doc | None:
    return Doc(doc.x - 1, doc.y, doc.worn, effects) if doc.x else None


def _undo(doc: Doc, effects: int, protocol: Protocol, _: int | None) -> Doc | None:
    if doc.x and protocol.undo_is_checked:
        return None
    return Doc(doc.x + 1, doc.y, doc.worn, effects)


def _clear(doc: Doc, effects: int, protocol: Protocol, told: int | None) -> Doc | None:
    """As `drop_many` does with whole stacks; replayed, so many as were told (`Replay._as_told`)."""
    wanted = doc.y if told is None or not protocol.replays_as_told else told
    if doc.x and 0 < wanted <= doc.y:
        return Doc(0, doc.y - wanted, doc.worn, effects + saying(cleared=wanted))
    if told is None or protocol.replays_whole:
        return None
    left = max(0, doc.y - wanted)
    return Doc(0, left, doc.worn, effects + saying(cleared=doc.y - left))


def _return(doc: Doc, effects: int, protocol: Protocol, _: int | None) -> Doc | None:
    """As `undo` does, for all that was dropped, or not at all where some of it is back already."""
    y = doc.y + cleared(effects)
    if doc.x and protocol.undo_is_checked:
        return None if protocol.undo_is_whole else Doc(doc.x, y, doc.worn, effects)
    return Doc(doc.x + 1, y, doc.worn, effects)


def _mend(doc: Doc, effects: int, protocol: Protocol, told: int | None) -> Doc | None:
    """As `mend` does: what is worn down becomes whole, and a Y is used up for it."""
    if not (doc.x and doc.worn):
        return None
    if doc.y:
        return Doc(doc.x, doc.y - 1, 0, effects + saying(left=doc.y - 1))
    if told is None or protocol.replays_whole:
        return None
    return Doc(doc.x, doc.y, 0, effects + saying(left=doc.y))


def _revert(doc: Doc, effects: int, protocol: Protocol, told: int | None) -> Doc | None:
    """As `revert` does: both rows become what they were, if they are as mending left them."""
    left = left_by_mending(doc.effects) if told is None else told
    as_left = doc.x and not doc.worn and doc.y == left
    if not as_left and protocol.revert_compares:
        return None
    return Doc(doc.x, left + 1, 1, effects)


def _fight(doc: Doc, effects: int, protocol: Protocol, _: int | None) -> Doc | None:
    """As `settle` does: what is there and not worn down is now; nothing refuses what is over."""
    if not doc.x and not protocol.fights_are_never_refused:
        return None
    wears = bool(doc.x and not doc.worn)
    return Doc(doc.x, doc.y, 1 if wears else doc.worn, effects + saying(wore=wears))


_RULES: Mapping[int, Callable[[Doc, int, Protocol, int | None], Doc | None]] = {
    TAKE: _take,
    UNDO: _undo,
    CLEAR: _clear,
    RETURN: _return,
    MEND: _mend,
    REVERT: _revert,
    FIGHT: _fight,
}
