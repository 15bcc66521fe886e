"""Where a client or a worker stands between two of its steps. Kinds are in order, for clients are sorted."""

from typing import NamedTuple, TypeAlias

from tools.explorer.parts import Control, Database, Doc, Makings

# A client is idle, holds a session it read, holds a snapshot it loaded, or waits (strict mode). It asks the
# ledger after an operation in doubt, and is sure of it. It compares a session with the database, may adopt
# it then, looks after what it has just created, asks the ledger after what it knows, and notes what came.
IDLE, HAS, LOADING, WAITING, ASKING, SURE, VERIFYING, ADOPTING, LOOKING, HEALING, SETTLING = range(11)
# Both rebase (session read; snapshot too).
REBASING, REBASED = 11, 12
# A worker has claimed, has committed, has found another row, or has yet to record what a rebase dropped.
CLAIMED, COMMITTED, MISMATCHED, RECORDING = 13, 14, 15, 16
# A client has kept what a fight came to and owes its prize, or has given it and owes the record its end.
PRIZING, CLOSING = 17, 18


class Idle(NamedTuple):
    kind: int


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


class Asking(NamedTuple):
    """In doubt, or sure (by `kind`) that the ledger lacks it; the session as in `Has`."""

    kind: int
    rev: int
    version: int
    doc: Doc
    op: int
    drawn: int


class Verifying(NamedTuple):
    """The control data as they were read; `moved`: the session's base is another one since."""

    kind: int
    rev: int
    moved: bool
    control: Control


class Adopting(NamedTuple):
    kind: int
    rev: int
    moved: bool
    generation: int


class Looking(NamedTuple):
    """`newest`: a version that the session is known to have had, beyond the one it was made with; else 0."""

    kind: int
    newest: int


class Healing(NamedTuple):
    kind: int
    rev: int
    moved: bool
    control: Control
    newest: int


class Settling(NamedTuple):
    """`lineage` is the one that the rebase gave the session."""

    kind: int
    lineage: int


class Rebasing(NamedTuple):
    """`snapshot` alone is filled when the database was (wrongly) read first.

    `moved`: the session's base is another one since it was read. `anew`: even where the session stands on
    the database's row, for its document is gone or it holds what the ledger has. `lost` are makings to be
    brought back, `missing` counts changes that nobody knows any more.
    """

    kind: int
    rev: int
    moved: bool
    anew: bool
    pending: Makings
    refused: int
    base_version: int
    lost: Makings
    missing: int
    snapshot: Database | None


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
    pending: Makings
    refused: int
    generation: int


class Committed(NamedTuple):
    """`doc` as it was claimed, where the session may have lost it since."""

    kind: int
    token: int
    version: int
    rev: int
    generation: int
    doc: Doc | None


class Mismatched(NamedTuple):
    """The row as the failed write saw it, and the worker's own claim."""

    kind: int
    row_version: int
    row_rev: int
    forced: bool
    token: int
    version: int
    rev: int
    generation: int


class Prizing(NamedTuple):
    """Or closing, by `kind`."""

    kind: int


class Recording(NamedTuple):
    kind: int
    refused: int


Client: TypeAlias = (
    Idle
    | Has
    | Loading
    | Waiting
    | Asking
    | Verifying
    | Adopting
    | Looking
    | Healing
    | Settling
    | Rebasing
    | Prizing
)
Worker: TypeAlias = Idle | Claimed | Committed | Mismatched | Rebasing | Recording
AT_REST = Idle(IDLE)
