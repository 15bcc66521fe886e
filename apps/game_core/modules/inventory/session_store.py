"""The session store that the protocol needs, and the values it speaks in."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.row_changes import RowChanges
from apps.game_core.modules.inventory.ports import AppliedOperation, DatabaseRow, LedgerEntry, StoredSession
from apps.game_core.modules.inventory.snapshot import InventorySnapshot
from apps.game_core.value import Value, field


class Read(Value):
    """What the store holds. `session` is None on a miss.

    `in_doubt`: the asked operation may have taken effect before; what is pending or the ledger says.
    `unverified`: the session was loaded under another server process, or another generation of the database;
    it is withheld until it was compared with the database.
    `locked`: there is none, and the caller has the load lock to make it.
    `synced_version` and `lineage` are the session's own, as in its `Control`.
    """

    session: InventorySession | None
    in_doubt: bool = False
    unverified: bool = False
    locked: bool = False
    synced_version: int = 0
    lineage: str = ""


class Save(Value):
    """One write of a session: `session` carries the revision it grew from, `rev` is the new one.

    `since`: a version at which nobody had asked for the operation, whatever its id says of its age.
    `is_new`: the ledger was asked since that revision was read, and does not know the operation.
    """

    session: InventorySession
    rev: str
    dirty: bool
    rows: RowChanges = field(default_factory=RowChanges)
    applied: AppliedOperation | None = None
    since: int = 0
    is_new: bool = False


class Saved(Value):
    session: InventorySession
    synced_version: int
    lineage: str


class Conflict(Value):
    """Somebody else wrote first, or the session is gone. Nothing changed."""


class InDoubt(Value):
    """This operation may have taken effect before. Nothing changed: what is pending or the ledger says."""


class Overdue(Value):
    """The session's changes wait for the database for too long already. Nothing changed."""


class Created(StrEnum):
    CREATED = "created"
    REFUSED = "refused"
    """There is one, or the lock is somebody else's."""
    UNWRITTEN = "unwritten"
    """The document is gone, but operations of its session wait for the database."""
    LEFT = "left"
    """There is a document that lost its control data. It stays, and so does the lock."""


class Creation(Value):
    """`leftover` is what was left, with a revision over which it can be rebased."""

    outcome: Created
    leftover: InventorySession | None = None


class Control(Value):
    """What the store keeps beside a document.

    `base` is the database row the session grew from, `pending` what that row lacks. `tokens` maps the
    tokens of writes in flight to the versions they carry, `marks` item ids to the version of their last
    change. Conflicts from before version `told` are known to the player. `lineage` is the revision under
    which the session was last made from the database: two sessions that share it have one past.
    """

    char_id: int
    rev: str
    version: int
    synced_version: int
    base: DatabaseRow
    pending: tuple[LedgerEntry, ...] = ()
    tokens: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[int, int] = field(default_factory=dict)
    vitals_changed: bool = False
    told: int = 0
    lineage: str = ""

    @property
    def dirty(self) -> bool:
        return self.version != self.synced_version


class Lineage(Value):
    """The past of a session, how far it goes, how far the database holds it, and where it was checked."""

    name: str
    version: int
    synced_version: int
    server: str


class Claim(Value):
    """A dirty session leased for one write."""

    stored: StoredSession
    token: str
    control: Control

    @property
    def session(self) -> InventorySession:
        return self.stored.session()


class Orphan(Value):
    """Operations that wait for the database and have no document any more."""

    control: Control


class Acknowledgement(Value):
    """What the database now holds for a claim. `delete` removes the session if nothing came after."""

    claim: Claim
    row: DatabaseRow
    delete: bool = False


class Rebase(Value):
    """A session put onto the database's state, in place of the one with revision `expected_rev`.

    `expected_base` is the row that one stood on; `told` is as in its `Control`. `anew`: even if it stands on
    the snapshot's row, or a write of its own made that row.
    """

    expected_rev: str
    expected_base: DatabaseRow
    session: InventorySession
    snapshot: InventorySnapshot
    pending: tuple[LedgerEntry, ...] = ()
    rows: RowChanges = field(default_factory=RowChanges)
    anew: bool = False
    told: int = 0


class Repaired(Value):
    """One stretch of the repair scan; `cursor` 0 ends a pass."""

    cursor: int
    repaired: tuple[int, ...] = ()


class SessionStore(Protocol):
    """Redis, as the session protocol uses it. One contract suite runs on every implementation.

    Every method raises SessionStoreDownError.
    """

    def server_of(self, char_id: int) -> str:
        """Names the server process that has the character's session; after a restart it is another one."""
        ...

    @property
    def generation(self) -> str:
        """Names the database beside it, as far as it is known: '' until then, another one after a restore."""
        ...

    async def read(
        self,
        char_id: int,
        op_id: str = "",
        cached: InventorySession | None = None,
        *,
        lock: str = "",
        prolong: bool = True,
    ) -> Read:
        """The session as stored; `cached` itself when its revision still stands.

        A clean one lives longer for it, unless nobody is to `prolong` it.

        Where there is none, the load lock is taken with the token `lock`, if it is free.
        A document that cannot be understood is put aside and counts as gone.
        """
        ...

    async def save(self, save: Save) -> Saved | Conflict | InDoubt | Overdue: ...

    async def lay(self, session: InventorySession, rev: str) -> Saved | Conflict:
        """Save a session of which only the half has changed: it is as clean as it was, and lives as long."""
        ...

    async def lock(self, char_id: int, token: str) -> bool:
        """Take the load lock for a few seconds."""
        ...

    async def unlock(self, char_id: int, token: str) -> None: ...

    async def create(
        self, session: InventorySession, snapshot: InventorySnapshot, lock_token: str
    ) -> Creation:
        """Store a clean session only if there is none and the lock still holds the token."""
        ...

    async def inspect(self, char_id: int) -> Control | None: ...

    async def adopt(self, state: Control, generation: str) -> bool:
        """Note that this state was compared with the database of that generation. False: it is another now.

        Under another server process it gets another lineage, too: it may come from an older file. Its half is
        gone after it.
        """
        ...

    async def rebase(self, rebase: Rebase) -> bool:
        """Replace a session by one on a newer base.

        False: somebody else wrote first, or the row is one of the session's own writes. A document that was
        left without control data is put aside for it; it has no base.
        """
        ...

    async def claim(
        self, char_ids: Sequence[int], token: str, *, only_due: bool = False
    ) -> list[Claim | Orphan]:
        """Lease dirty sessions for writing, in one round trip. Leaves out what has nothing (due) to write."""
        ...

    async def acknowledge(self, done: Sequence[Acknowledgement]) -> list[bool]:
        """Record what the database holds, in one round trip. True for each session that is clean now."""
        ...

    async def forget(self, char_id: int) -> None:
        """Delete a clean session; a dirty one stays."""
        ...

    async def discard(self, char_id: int) -> None:
        """Delete a session and all that belongs to it, written or not: its character goes."""
        ...

    async def due(self, limit: int, own: Collection[int] | None = None) -> list[int]:
        """Characters whose due time has come, oldest first; in shares that are not one's own, long ago."""
        ...

    async def dirty(self, without: Collection[int] = ()) -> list[int]:
        """Every character in the dirty index, but for those in some shares."""
        ...

    async def fail(self, char_id: int) -> bool:
        """Count a write that failed for the session's own reasons. True when that parked it."""
        ...

    async def parked(self) -> list[int]: ...

    async def release(self, char_id: int) -> bool:
        """Let a parked session be tried again. False: it was not parked."""
        ...

    async def live(self, char_ids: Sequence[int]) -> list[int]:
        """Those of the characters that have a session."""
        ...

    async def lineages(self, char_ids: Sequence[int]) -> Mapping[int, Lineage]:
        """Of those that have a session, in one round trip."""
        ...

    async def repair(self, cursor: int) -> Repaired:
        """Look through some sessions and put dirty ones back into the index."""
        ...
