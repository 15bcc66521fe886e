"""What can be taken out of the protocol, and how far a search goes."""

from dataclasses import dataclass
from enum import Enum, auto


class Fence(Enum):
    """Which part of the row a write compares with what the session grew from."""

    EXACT = auto()
    VERSION = auto()
    OLDER = auto()
    NONE = auto()


class Clean(Enum):
    """When an acknowledgement makes the session clean."""

    SAME_VERSION = auto()
    CLAIMED_REVISION = auto()
    ALWAYS = auto()


class Mismatch(Enum):
    """What a worker does about a row that is neither its own write nor its base."""

    REBASE = auto()
    DISCARD = auto()


class Conflicts(Enum):
    """When operations that a rebase could not keep are recorded for the player."""

    WITH_WRITE = auto()
    BEFORE_SET = auto()
    AFTER_SET = auto()


class Strict(Enum):
    """How strict mode knows that an operation is in the database."""

    BY_OPERATION = auto()
    BY_VERSION = auto()


class Made(Enum):
    """How a rebase tells an operation that was written from one that was made a second time."""

    BY_VERSION = auto()
    BY_MAKING = auto()
    """By what the ledger says of when it was made."""
    UNTOLD = auto()


@dataclass(frozen=True)
class Protocol:
    """Every protection of the protocol; the defaults are the protocol itself."""

    random_revisions: bool = True
    save_compares: bool = True
    inbox_ids_are_operation_ids: bool = True
    create_checks_lock: bool = True
    create_spares_dirty_control: bool = True
    dirty_never_expires: bool = True
    claim_keeps_index: bool = True
    fence: Fence = Fence.EXACT
    ledger_is_unique: bool = True
    acknowledges_tokens: bool = True
    acknowledges_database_token: bool = True
    clean: Clean = Clean.SAME_VERSION
    trims_by_version: bool = True
    recognises_tokens: bool = True
    mismatch: Mismatch = Mismatch.REBASE
    violation_forces_rebase: bool = True
    rebase_compares: bool = True
    rebase_compares_base: bool = True
    rebase_spares_own_writes: bool = True
    rebase_reads_session_first: bool = True
    rebase_asks_ledger: bool = True
    rebase_clears_tokens: bool = True
    rebase_passes_both_versions: bool = True
    conflicts: Conflicts = Conflicts.WITH_WRITE
    trigger_moves_revision: bool = True
    undo_is_checked: bool = True
    strict: Strict = Strict.BY_OPERATION
    # What holds an operation's id for ever.
    remembers_operations: bool = True
    has_floor: bool = True
    load_sets_floor: bool = True
    rebase_sets_floor: bool = True
    forgets_only_written: bool = True
    doubts_the_future: bool = True
    fate_asks_pending: bool = True
    fate_asks_ledger: bool = True
    fate_tells_refusals: bool = True
    asks_after_reading: bool = True
    made: Made = Made.BY_MAKING
    # What keeps operations of several parts whole, and undoing honest.
    replays_whole: bool = True
    replays_as_told: bool = True
    marks_every_row: bool = True
    undo_is_whole: bool = True
    undo_needs_its_deed: bool = True
    revert_compares: bool = True
    # What lets a fight end once, and give its prize once.
    fights_are_never_refused: bool = True
    fight_ids_are_operation_ids: bool = True
    new_fights_have_an_age: bool = True
    prizes_have_a_key: bool = True
    # What brings back or tells what is lost.
    heals: bool = True
    heals_at_reads: bool = True
    heals_older_copies: bool = True
    heal_asks_pending: bool = True
    heal_asks_ledger: bool = True
    settles_by_lineage: bool = True
    heals_beyond: bool = True
    misses_only_unknown: bool = True
    tells_of_seen_versions: bool = True
    tells_of_left_documents: bool = True
    keeps_left_documents: bool = True
    tells_of_older_database: bool = True
    # What keeps sessions of another server process, or of another database, from use.
    read_verifies: bool = True
    save_verifies: bool = True
    lineage_names_server: bool = True
    settles_own_rebase: bool = True
    stands_where_compared: bool = True

    @property
    def stale_revisions_are_dead(self) -> bool:
        """Whether a revision that is nobody's current one can be forgotten by whoever holds it."""
        return (
            self.random_revisions and self.save_compares and self.rebase_compares and self.asks_after_reading
        )

    @property
    def stale_tokens_are_dead(self) -> bool:
        """Whether a claim on an older row can never be written any more."""
        exact = self.fence is Fence.EXACT and self.clean is not Clean.CLAIMED_REVISION
        return exact and self.acknowledges_tokens and self.acknowledges_database_token


@dataclass(frozen=True)
class Bounds:
    """How much may happen. Crashes, lapsed leases and locks, and expiries are always possible.

    `undo`: of `take`, `clear` and `mend` as there are. `fight`: one goes on, and its last blow is to come.
    `memory`: how many operations a session remembers. `ageless`: ids may not say what they were meant for.
    `minds`: the clients' processes live on between their steps and know what they told; `sights`: and which
    version they saw last. `wipes`: a loss takes all there is; `rewinds`: Redis comes back from an older
    file; `copies`: somebody puts an older copy of a session in its place; `halves`: only the control data are
    lost. `late`: steps that were under way between the two stores
    outlive the loss of one. After an accident an operator's edit, or others' changes, may bring the versions
    back to where they were; what only versions tell of is then told by nobody, which is nobody's fault.
    """

    clients: int = 2
    workers: int = 2
    adds: int = 1
    take: bool = False
    clear: bool = False
    mend: bool = False
    undo: bool = False
    fight: bool = False
    inbox: bool = False
    repeats: int = 0
    ageless: bool = False
    memory: int = 2
    edits: int = 0
    losses: int = 0
    wipes: bool = True
    rewinds: bool = True
    copies: bool = False
    halves: bool = True
    late: bool = False
    lost_documents: int = 0
    restores: int = 0
    minds: bool = False
    sights: bool = False
    strict: bool = False
    tokens: int = 3

    @property
    def is_lossy(self) -> bool:
        """Whether an operation may be made a second time, or written as another version than it waits as."""
        return bool(self.losses or self.lost_documents or self.restores)


THE_PROTOCOL = Protocol()
