"""What may be tapped next, and for which state of the inventory that is meant."""

from collections.abc import Iterator
from functools import cache

from tools.explorer.parts import (
    CLEAR,
    ENDING,
    FIGHT,
    FIRST_ADD,
    INBOX,
    MEND,
    RETURN,
    REVERT,
    TAKE,
    UNDO,
    UNDONE,
    History,
    bit,
)
from tools.explorer.protocol import Bounds
from tools.explorer.states import State

_BEFORE = {op: bit(of) for op, of in UNDONE.items()} | {op: bit(op - 1) for op in range(FIRST_ADD + 1, CLEAR)}
"""What must have been tapped before."""


def possible(state: State, bounds: Bounds) -> Iterator[int]:
    """New taps in one order where order makes no difference, and repeated ones while allowed."""
    tapped, history = state.history.tapped, state.history
    for op in _wanted(bounds):
        if tapped & bit(op):
            if history.repeats < bounds.repeats:
                yield op
        elif not _BEFORE.get(op, 0) & ~tapped:
            yield op
    if state.database.posted:
        yield INBOX
    if bounds.fight and state.redis.fight == ENDING:
        yield FIGHT


@cache
def _wanted(bounds: Bounds) -> tuple[int, ...]:
    deeds = ((TAKE, UNDO, bounds.take), (CLEAR, RETURN, bounds.clear), (MEND, REVERT, bounds.mend))
    chosen = [op for deed, undo, is_wanted in deeds if is_wanted for op in (deed, undo)[: 1 + bounds.undo]]
    return (*chosen, *range(FIRST_ADD, FIRST_ADD + bounds.adds))


def drawn_for(history: History, op: int, version: int, bounds: Bounds) -> Iterator[int]:
    """The versions that the tap may be meant for: a repeated one has what it had."""
    known = dict(history.drawn)
    if op in (INBOX, FIGHT):
        yield 0
    elif op in known:
        yield known[op]
    elif op in UNDONE:
        yield known.get(UNDONE[op], 0)
    else:
        yield version
        if bounds.ageless and version:
            yield 0
