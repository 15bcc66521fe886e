"""What can happen, as values that Hypothesis draws and shrinks."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from hypothesis import strategies as st

from tests.statemachine.faults import Fault


class Kind(Enum):
    """What a player taps."""

    ADD = auto()
    DROP = auto()
    USE = auto()
    EQUIP = auto()
    UNEQUIP = auto()
    SPLIT = auto()
    MERGE = auto()
    QUICK = auto()
    LOCK = auto()
    UNDO = auto()
    RESTORE = auto()


class Chore(Enum):
    """What a process does by itself."""

    OPEN = auto()
    SYNC = auto()
    LEAVE = auto()
    ROUND = auto()
    DRAIN = auto()
    HOUSEKEEPING = auto()


class Event(Enum):
    """What comes from outside."""

    SESSION_EXPIRES = auto()
    LEASE_LAPSES = auto()
    LOCK_LAPSES = auto()
    DOCUMENT_LOST = auto()
    DOCUMENT_CORRUPT = auto()
    INDEX_ENTRY_LOST = auto()
    GRANT = auto()
    SQL_GIVES = auto()
    SQL_TAKES = auto()
    SQL_CHANGES = auto()
    REDIS_FLUSHED = auto()
    REDIS_SAVES = auto()
    REDIS_RETURNS = auto()


@dataclass(frozen=True)
class Tap:
    """`first` and `second` choose among what the player owns."""

    kind: Kind
    first: int
    second: int
    quantity: int


@dataclass(frozen=True)
class TapAgain:
    """An earlier tap, delivered once more."""

    which: int


Action: TypeAlias = Tap | TapAgain | Chore | Event


@dataclass(frozen=True)
class Trouble:
    at: int
    fault: Fault
    meanwhile: Action


_indexes = st.integers(0, 15)
_taps = st.builds(Tap, st.sampled_from(Kind), _indexes, _indexes, st.integers(1, 4))
_again = st.builds(TapAgain, _indexes)
_writing = st.sampled_from((Chore.SYNC, Chore.LEAVE, Chore.DRAIN))
_chores, _events = st.sampled_from(Chore), st.sampled_from(Event)
actions = st.one_of(_taps, _taps, _taps, _again, _writing, _writing, _chores, _events)
_sudden = st.sampled_from(
    (
        Event.REDIS_FLUSHED,
        Event.REDIS_RETURNS,
        Event.SESSION_EXPIRES,
        Event.DOCUMENT_LOST,
        Event.SQL_TAKES,
        Event.SQL_CHANGES,
    )
)
_faults = st.sampled_from((*Fault, Fault.MEANWHILE, Fault.MEANWHILE))
_meanwhile = st.one_of(_sudden, _sudden, _taps, _writing, _again)
troubles = st.none() | st.builds(Trouble, st.integers(1, 6), _faults, _meanwhile)
