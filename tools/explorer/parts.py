"""What Redis, PostgreSQL and a process' memory hold in the model: small integers in named tuples.

There is one inventory with two rows: a single piece X (quantity 0 or 1), whole or worn down, and a stack Y.
Operations are bits; `effects` counts in two bits an operation how often its effect is contained (a ghost: no
code may look at it except to judge), and keeps what the ledger's entries say of some. Where an operation
waits or is recorded it is a making: the operation, how often the same id had been made before, and what was
told of it. What the protocol stores of a making, when it was made, tells two apart.
"""

from typing import NamedTuple

TAKE, UNDO, INBOX, FIRST_ADD = 0, 1, 2, 3
CLEAR, RETURN, MEND, REVERT, FIGHT = 7, 8, 9, 10, 11
NAMES = (
    "take X",
    "undo of take X",
    "inbox grant",
    "add Y #1",
    "add Y #2",
    "add Y #3",
    "add Y #4",
    "clear X and Y",
    "undo of clear X and Y",
    "mend X with a Y",
    "undo of mend X with a Y",
    "the end of the fight",
    "the word that something is lost",
)
OPERATIONS = range(len(NAMES) - 1)
ADDERS = range(INBOX, CLEAR)
UNDONE = {UNDO: TAKE, RETURN: CLEAR, REVERT: MEND}
LOST = 1 << len(OPERATIONS)  # stands among operations for changes that nobody knows any more

FRESH = 99  # a random token just drawn; canonical renaming gives it a small number
GOING_ON, ENDING, OVER = 0, 1, 2  # a fight; its last blow is written down; its end is
LEFT = -2  # stands for the revision of a document that lost its control data
UNCHECKED = -1  # no generation: the session was compared under another Redis process
_MAKING, _TOLD = 4, 6  # bits of the operation, and of all before what was told

Makings = tuple[tuple[int, int], ...]
"""Makings, each with its version."""


def bit(op: int) -> int:
    return 1 << op


def making_of(op: int, earlier: int, told: int) -> int:
    return op | earlier << _MAKING | told << _TOLD


def told_of(making: int) -> int:
    return making >> _TOLD


def op_of(making: int) -> int:
    return making & (1 << _MAKING) - 1


def bits(makings: Makings) -> int:
    mask = 0
    for making, _ in makings:
        mask |= bit(op_of(making))
    return mask


class Doc(NamedTuple):
    x: int
    y: int
    worn: int
    effects: int


class Control(NamedTuple):
    """`refused` are operations to be recorded as dropped.

    `remembered` pairs operations with versions, oldest first; all that took effect after `floor` are in it.
    `checked` is the generation of the database under which the session was compared with it.
    """

    rev: int
    version: int
    synced: int
    base_version: int
    base_rev: int
    tokens: tuple[tuple[int, int], ...]
    pending: Makings
    refused: int
    mark_x: int
    mark_y: int
    floor: int
    remembered: tuple[tuple[int, int], ...]
    lineage: int
    checked: int

    @property
    def is_dirty(self) -> bool:
        return self.version != self.synced

    @property
    def waiting(self) -> int:
        """The operations that wait for the database, those to be recorded as dropped among them."""
        return bits(self.pending) | self.refused

    @property
    def base(self) -> tuple[int, int]:
        return self.base_version, self.base_rev


class Redis(NamedTuple):
    """`left`: a document without control data says that it was dirty, and in which version.

    `fight` is how the record of the player's fight stands.
    """

    doc: Doc | None
    control: Control | None
    indexed: bool
    expires: bool
    left: int = 0
    fight: int = GOING_ON


class Database(NamedTuple):
    """`entries` are the ledger's rows, kept where a making could meet another one.

    Ghosts: `operator_x` and its likes sum up what operators did by SQL, `foreign`: they wrote last.
    """

    version: int
    rev: int
    x: int
    y: int
    worn: int
    effects: int
    ledger: int
    dropped: int
    posted: bool
    operator_x: int
    operator_y: int
    operator_worn: int
    foreign: bool
    entries: Makings
    generation: int


class Mind(NamedTuple):
    """What a process knows: makings it told and has not seen written, and the last dirty version it saw."""

    told: tuple[tuple[int, int, int], ...]
    seen: int


class History(NamedTuple):
    """Ghosts and budgets: what players were told, and what has happened already.

    `drawn` pairs operations with the version that their tap was meant for. `made` counts in two bits an
    operation how often its id took effect. `gone` is what is lost and nobody can tell, or was told as lost.
    """

    acked: int
    tapped: int
    repeats: int
    edits: int
    losses: int
    lost_documents: int
    restores: int
    drawn: tuple[tuple[int, int], ...]
    made: int
    gone: int

    @property
    def is_calm(self) -> bool:
        """Nothing was lost, so that every token of the session is in flight, acknowledged or dead."""
        return not (self.losses or self.lost_documents or self.restores)


NOTHING = Redis(None, None, False, False)
BLANK = Mind((), 0)
