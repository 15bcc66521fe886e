"""A state of the model: two stores, who writes between them, and what is only known to the judge."""

from enum import IntEnum
from typing import Any, NamedTuple

from tools.explorer.trading.world import World

DELETED = -1
LEFT = 99  # no table has this mark


class Phase(IntEnum):
    """How a trade stands in the database; the last two are for ever."""

    NONE = 0
    OPEN = 1
    SETTLED = 2
    OFF = 3


class Trade(NamedTuple):
    """While it is open one of both has given: `giver`, for a table with these marks."""

    phase: Phase
    giver: int = 0
    own: int = 0
    theirs: int = 0


class Table(NamedTuple):
    """One's own half, and the table that one has confirmed: its own mark and theirs."""

    trade: int
    mark: int
    confirmed: tuple[int, int] | None


class Session(NamedTuple):
    """`base` and `pending` are sets of operations: of the row that it grew from, and to be written."""

    base: int
    pending: int
    table: Table | None
    is_checked: bool = True

    @property
    def all(self) -> int:
        return self.base | self.pending


class Write(NamedTuple):
    """A claim, or a commit that is not acknowledged."""

    base: int
    ops: int
    is_committed: bool = False


class Database(NamedTuple):
    """`rows` are the ledgers, which say all that the bags hold; `posted` is all that ever was in the inboxes.

    `gone` (a ghost) is what went with deleted characters.
    """

    rows: tuple[int, ...]
    trades: tuple[Trade, ...]
    posted: tuple[int, ...]
    gone: int = 0


class Past(NamedTuple):
    """Ghosts and budgets. `marks`: the last mark that each character was shown; `sat`: in which trades."""

    marks: tuple[int, ...]
    sat: tuple[int, ...]
    given: tuple[int, ...]
    losses: int = 0
    restores: int = 0
    deaths: int = 0


class State(NamedTuple):
    """`overdue`: the number of a trade that somebody saw open for too long, and how it stood then."""

    database: Database
    sessions: tuple[Session | None, ...]
    writes: tuple[Write | None, ...]
    overdue: tuple[int, Trade] | None
    disk: tuple[Session | None, ...] | None
    backup: Database | None
    past: Past


class Step(NamedTuple):
    """`broken` names an invariant of the step itself."""

    label: str
    state: State
    broken: str | None = None


def put(row: tuple[Any, ...], number: int, value: object) -> tuple[Any, ...]:
    return (*row[:number], value, *row[number + 1 :])


def with_session(state: State, number: int, session: Session | None) -> State:
    return state._replace(sessions=put(state.sessions, number, session))


def with_write(state: State, number: int, write: Write | None) -> State:
    return state._replace(writes=put(state.writes, number, write))


def initial(world: World) -> State:
    """Both of the first trade sit at its table, with their first offers."""
    nobody = (0,) * len(world.offers)
    seated = [each in world.pairs[0] for each in world.characters]
    return State(
        database=Database(nobody, (Trade(Phase.NONE),) * len(world.pairs), nobody),
        sessions=tuple([Session(0, 0, Table(0, 0, None) if sits else None) for sits in seated]),
        writes=(None,) * len(world.offers),
        overdue=None,
        disk=None,
        backup=None,
        past=Past(marks=nobody, sat=tuple(map(int, seated)), given=nobody),
    )
