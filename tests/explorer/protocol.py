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


@dataclass(frozen=True)
class Protocol:
    """Every protection of the protocol; the defaults are the protocol itself."""

    random_revisions: bool = True
    save_compares: bool = True
    remembers_operations: bool = True
    loads_ledger_ids: bool = True
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
    rebase_replays_once: bool = True
    remembers_refusals: bool = True
    rebase_clears_tokens: bool = True
    rebase_passes_both_versions: bool = True
    conflicts: Conflicts = Conflicts.WITH_WRITE
    trigger_moves_revision: bool = True
    undo_is_checked: bool = True
    strict: Strict = Strict.BY_OPERATION

    @property
    def stale_revisions_are_dead(self) -> bool:
        """Whether a revision that is nobody's current one can be forgotten by whoever holds it."""
        return self.random_revisions and self.save_compares and self.rebase_compares

    @property
    def stale_tokens_are_dead(self) -> bool:
        """Whether a claim on an older row can never be written any more."""
        exact = self.fence is Fence.EXACT and self.clean is not Clean.CLAIMED_REVISION
        return exact and self.acknowledges_tokens and self.acknowledges_database_token


@dataclass(frozen=True)
class Bounds:
    """How much may happen. Crashes, lapsed leases and locks, and expiries are always possible."""

    clients: int = 2
    workers: int = 2
    adds: int = 1
    take: bool = False
    undo: bool = False
    inbox: bool = False
    repeats: int = 0
    edits: int = 0
    losses: int = 0
    lost_documents: int = 0
    restores: int = 0
    forgets: int = 0
    strict: bool = False
    tokens: int = 3


THE_PROTOCOL = Protocol()
