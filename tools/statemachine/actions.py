"""What can happen, as values that Hypothesis draws and shrinks."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import TypeAlias

from hypothesis import strategies as st

from apps.game_core.modules.inventory.inventory.operations import OPERATIONS
from tools.statemachine.faults import Fault


class Kind(StrEnum):
    """What a player does that something depends on here; the values name the operations."""

    ADD = "add_item"
    DROP = "drop_item"
    DROP_MANY = "drop_many"
    USE = "use_consumable"
    EQUIP = "equip_item"
    WEAR = "wear_set"
    UNEQUIP = "unequip_item"
    SPLIT = "split_stack"
    MERGE = "merge_stacks"
    QUICK = "move_to_quick_slot"
    FROM_QUICK = "move_from_quick_slot"
    SAVE = "save_loadout"
    FORGET = "forget_loadout"
    FIGHT = "settle_fight"
    MEND = "mend_item"
    TAKE = "take_item"
    TAKE_KIND = "take_kind"
    EARN = "add_coins"
    PAY = "take_coins"
    BATCH = "batch"
    UNDO = "undo"
    REVERT = "revert"
    RESTORE = "restore"


NOT_DRIVEN = {
    "take_note": "changes nothing",
    "forgo": "changes nothing: its own test has it meet what was done, and what comes late",
    "change_health": "no rows: its own test sums hit points up",
    "give": "for a table only: trades have tests of their own",
    "receive": "comes of a trade only: trades have tests of their own",
}
"""Operations that are left to others, and why."""
DRIVEN = tuple(kind for kind in OPERATIONS if kind not in NOT_DRIVEN)


class Form(Enum):
    """What an operation id tells of its age: nothing, or the state that it was drawn for."""

    BARE = auto()
    LAST_RELEASE = auto()
    STAMPED = auto()


class Chore(Enum):
    """What a process does by itself."""

    OPEN = auto()
    SYNC = auto()
    LEAVE = auto()
    ROUND = auto()
    DRAIN = auto()
    HOUSEKEEPING = auto()
    LEARN_GENERATION = auto()
    DIE = auto()


class Event(Enum):
    """What comes from outside."""

    SESSION_EXPIRES = auto()
    LEASE_LAPSES = auto()
    LOCK_LAPSES = auto()
    DOCUMENT_LOST = auto()
    DOCUMENT_CORRUPT = auto()
    DOCUMENT_OLDER = auto()
    CONTROL_LOST = auto()
    INDEX_ENTRY_LOST = auto()
    GRANT = auto()
    SQL_GIVES = auto()
    SQL_TAKES = auto()
    SQL_CHANGES = auto()
    SQL_PAYS = auto()
    REDIS_FLUSHED = auto()
    REDIS_RESTARTS = auto()
    REDIS_SAVES = auto()
    REDIS_RETURNS = auto()
    CLOCK_STEPS_BACK = auto()
    CLOCK_STEPS_FORWARD = auto()
    DATABASE_BACKED_UP = auto()
    DATABASE_RESTORED = auto()
    RESTORE_ANNOUNCED = auto()


@dataclass(frozen=True)
class Tap:
    """`first` and `second` choose among what the player owns, `age` among its screens, newest first."""

    kind: str
    first: int
    second: int
    quantity: int
    form: Form = Form.BARE
    age: int = 0


@dataclass(frozen=True)
class TapAgain:
    """An earlier tap, delivered once more."""

    which: int


@dataclass(frozen=True)
class Forgery:
    """An earlier tap's operation id, sent with another operation."""

    which: int
    tap: Tap


Action: TypeAlias = Tap | TapAgain | Forgery | Chore | Event


@dataclass(frozen=True)
class Trouble:
    """`meanwhile` is done by the process that comes `by` places after the one in trouble."""

    at: int
    fault: Fault
    meanwhile: Action
    by: int = 1


_indexes, _quantities = st.integers(0, 15), st.integers(1, 4)
_ages = st.one_of(st.just(0), st.integers(0, 15))
_forms = st.sampled_from((Form.STAMPED, Form.STAMPED, Form.LAST_RELEASE, Form.BARE))
_taps = st.builds(Tap, st.sampled_from(DRIVEN), _indexes, _indexes, _quantities, _forms, _ages)
_undos = st.builds(Tap, st.sampled_from((Kind.UNDO, Kind.REVERT)), st.integers(0, 1), st.just(0), st.just(1))
"""Of what was done a moment ago."""
_again = st.builds(TapAgain, _indexes)
_forgeries = st.builds(Forgery, _indexes, _taps)
_writing = st.sampled_from((Chore.SYNC, Chore.LEAVE, Chore.DRAIN))
_chores, _events = st.sampled_from(Chore), st.sampled_from(Event)
_losses = st.sampled_from(
    (
        Event.REDIS_FLUSHED,
        Event.REDIS_SAVES,
        Event.REDIS_RETURNS,
        Event.CONTROL_LOST,
        Event.DATABASE_BACKED_UP,
        Event.DATABASE_RESTORED,
    )
)
actions = st.one_of(
    _taps, _taps, _taps, _undos, _again, _again, _forgeries, _writing, _writing, _chores, _events, _losses
)
_sudden = st.sampled_from(
    (
        Event.REDIS_FLUSHED,
        Event.REDIS_RETURNS,
        Event.SESSION_EXPIRES,
        Event.DOCUMENT_LOST,
        Event.CONTROL_LOST,
        Event.SQL_TAKES,
        Event.SQL_CHANGES,
        Event.SQL_PAYS,
        Event.DATABASE_RESTORED,
    )
)
_faults = st.sampled_from((*Fault, Fault.MEANWHILE, Fault.MEANWHILE))
_meanwhile = st.one_of(_sudden, _sudden, _taps, _undos, _writing, _again)
troubles = st.none() | st.builds(Trouble, st.integers(1, 6), _faults, _meanwhile, st.integers(1, 2))
