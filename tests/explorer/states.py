"""What a state of the model is made of: small integers in named tuples.

There is one inventory with two rows: a single piece X (quantity 0 or 1) and a stack Y. Operations are bits;
`effects` counts in two bits an operation how often its effect is contained (a ghost: no code may look at it
except to judge).
"""

from typing import NamedTuple, TypeAlias

TAKE, UNDO, INBOX, FIRST_ADD = 0, 1, 2, 3
NAMES = ("take X", "undo of take X", "inbox grant", "add Y #1", "add Y #2", "add Y #3", "add Y #4")
OPERATIONS = range(len(NAMES))
ADDERS = tuple(op for op in OPERATIONS if op >= INBOX)

FRESH = 99  # a random token just drawn; canonical renaming gives it a small number
FREE, ORPHANED = 0, 9  # the load lock: nobody's, or of somebody who died; else 1 + the client's number


def bit(op: int) -> int:
    return 1 << op


def times(effects: int, op: int) -> int:
    return effects >> (2 * op) & 3


class Doc(NamedTuple):
    x: int
    y: int
    effects: int


class Control(NamedTuple):
    """`tokens` and `pending` pair a write token, or an operation, with its version.

    `refused` are operations to be recorded as dropped, `denied` those that a repeated tap is told about.
    """

    rev: int
    version: int
    synced: int
    base_version: int
    base_rev: int
    tokens: tuple[tuple[int, int], ...]
    pending: tuple[tuple[int, int], ...]
    refused: int
    mark_x: int
    mark_y: int
    seen: int
    denied: int

    @property
    def is_dirty(self) -> bool:
        return self.version != self.synced


class Redis(NamedTuple):
    doc: Doc | None
    control: Control | None
    indexed: bool
    expires: bool


class Database(NamedTuple):
    """Ghosts: `operator_x` and `operator_y` sum up what operators did by SQL, `foreign`: they wrote last."""

    version: int
    rev: int
    x: int
    y: int
    effects: int
    ledger: int
    dropped: int
    posted: bool
    operator_x: int
    operator_y: int
    foreign: bool


class History(NamedTuple):
    """Ghosts and budgets: what players were told, and what has happened already."""

    acked: int
    tapped: int
    repeats: int
    edits: int
    losses: int
    lost_documents: int
    restores: int
    forgets: int

    @property
    def is_calm(self) -> bool:
        """Nothing was lost, so that every token of the session is in flight, acknowledged or dead."""
        return not (self.losses or self.lost_documents or self.restores or self.forgets)


# A client is idle, holds a session it read, holds a snapshot it loaded, or waits (strict mode).
IDLE, HAS, LOADING, WAITING = 0, 1, 2, 3
# A worker is idle, has claimed, has committed, has found another row, rebases (session read; snapshot too),
# or has yet to record what a rebase dropped.
CLAIMED, COMMITTED, MISMATCHED, REBASING, REBASED, RECORDING = 1, 2, 3, 4, 5, 6


class Has(NamedTuple):
    kind: int
    rev: int
    version: int
    doc: Doc


class Loading(NamedTuple):
    kind: int
    snapshot: Database


class Waiting(NamedTuple):
    kind: int
    op: int
    version: int


class Claimed(NamedTuple):
    kind: int
    token: int
    rev: int
    version: int
    base_version: int
    base_rev: int
    doc: Doc
    mark_x: int
    mark_y: int
    pending: tuple[tuple[int, int], ...]
    refused: int


class Committed(NamedTuple):
    kind: int
    token: int
    version: int
    rev: int


class Mismatched(NamedTuple):
    """The row as the failed write saw it, and the worker's own claim."""

    kind: int
    row_version: int
    row_rev: int
    forced: bool
    token: int
    version: int
    rev: int


class Rebasing(NamedTuple):
    """`snapshot` alone is filled when the database was (wrongly) read first.

    `moved`: the session's base is another one since it was read. `anew`: even where the session stands on
    the database's row, for its document is gone or it holds what the ledger has.
    """

    kind: int
    rev: int
    moved: bool
    anew: bool
    pending: tuple[tuple[int, int], ...]
    refused: int
    snapshot: Database | None


class Recording(NamedTuple):
    kind: int
    refused: int


class Idle(NamedTuple):
    kind: int


Client: TypeAlias = Idle | Has | Loading | Waiting
Worker: TypeAlias = Idle | Claimed | Committed | Mismatched | Rebasing | Recording
AT_REST = Idle(IDLE)
NOTHING = Redis(None, None, False, False)


class State(NamedTuple):
    database: Database
    redis: Redis
    disk: Redis | None
    backup: Database | None
    lock: int
    clients: tuple[Client, ...]
    workers: tuple[Worker, ...]
    history: History


class Step(NamedTuple):
    """`broken` names an invariant of the step itself (I5, I6)."""

    label: str
    state: State
    broken: str | None = None


def initial(clients: int, workers: int) -> State:
    return State(
        database=Database(0, 1, 1, 0, 0, 0, 0, False, 0, 0, True),
        redis=NOTHING,
        disk=None,
        backup=None,
        lock=FREE,
        clients=(AT_REST,) * clients,
        workers=(AT_REST,) * workers,
        history=History(0, 0, 0, 0, 0, 0, 0, 0),
    )


def with_bases(state: State, rev: int, *, moved: bool) -> State:
    """The base of the session with this revision changed under whoever rebases it, or came back."""
    workers = tuple(
        [
            worker._replace(moved=moved) if isinstance(worker, Rebasing) and worker.rev == rev else worker
            for worker in state.workers
        ]
    )
    return state._replace(workers=workers)


def with_worker(state: State, number: int, worker: Worker) -> State:
    return state._replace(workers=(*state.workers[:number], worker, *state.workers[number + 1 :]))
