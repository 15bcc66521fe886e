"""What `effects` holds: how often each operation took effect, and what the ledger's entries say of some."""

from functools import cache
from typing import Final

from tools.explorer.parts import OPERATIONS, bit

_COUNTS: Final = 2 * len(OPERATIONS)
_TWICE: Final = sum([2 << 2 * op for op in OPERATIONS])


def times(effects: int, op: int) -> int:
    return effects >> (2 * op) & 3


@cache
def contained(effects: int) -> int:
    """The operations whose effect is there."""
    return sum([bit(op) for op in OPERATIONS if times(effects, op)])


def is_double(effects: int) -> bool:
    return bool(effects & _TWICE)


def saying(cleared: int = 0, left: int = 0, *, wore: bool = False) -> int:
    """A part of `effects`: how many Ys were cleared, how many mending left, whether the fight wore X down."""
    return (cleared | left << 3 | wore << 6) << _COUNTS


def cleared(effects: int) -> int:
    return effects >> _COUNTS & 7


def left_by_mending(effects: int) -> int:
    return effects >> _COUNTS + 3 & 7


def wore(effects: int) -> int:
    """How often the fight wore X down."""
    return effects >> _COUNTS + 6 & 1
