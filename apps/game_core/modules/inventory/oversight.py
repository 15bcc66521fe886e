"""What operators may know: an inventory with its session, its ledger, the numbers of all sessions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from apps.game_core.modules.inventory.inventory.gift import PLAIN, Roll
from apps.game_core.modules.inventory.metrics import ProcessCounts
from apps.game_core.modules.inventory.reader import InventoryReader
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.system.protocols import Context


class Fate(StrEnum):
    """What became of an operation."""

    WRITTEN = "written"
    PENDING = "pending"
    """It took effect in the session; the database does not have it yet."""
    REFUSED = "refused"
    """It was lost to a change from elsewhere."""


@dataclass(frozen=True, slots=True)
class LedgerItem:
    """`name` is the catalog's source text; the `base_id` itself where `known` is False.

    `id` is that of the row, where it is one; `roll` is told of what waits.
    """

    base_id: str
    name: str
    known: bool
    quantity: int
    id: int | None = None
    roll: Roll = PLAIN


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One operation in words' stead. `at` in Unix seconds; `reason` names the error of a refused one.

    `deed` is the operation's kind, `unlock_item` for a lock that was opened, `unmark_junk` for a mark that
    was taken away, `lose_fight` and `leave_fight` for fights that were not won, `starter` for what a
    character was born with. `healed` is below zero for hit points lost, `coins` for those paid, `gained` is
    experience, `level` the one that it brought, if it brought any; `broke` did so in the fight. `name` is a
    loadout's. `items` is empty for an entry of another age that cannot be understood any more.
    """

    at: int
    version: int
    deed: str
    fate: Fate
    items: tuple[LedgerItem, ...] = ()
    returned: tuple[LedgerItem, ...] = ()
    slot: Slot | None = None
    slot_index: int | None = None
    healed: int = 0
    gained: int = 0
    from_inbox: bool = False
    reason: str = ""
    name: str = ""
    spent: tuple[LedgerItem, ...] = ()
    level: int = 0
    broke: tuple[LedgerItem, ...] = ()
    coins: int = 0


@dataclass(frozen=True, slots=True)
class ArchivedUpto:
    """What was made up to a version, the last of it `at` (Unix seconds), is in files."""

    version: int
    at: int


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Newest first; `page` counts from 1. `waiting` are grants in the inbox that were not delivered yet."""

    lines: tuple[LedgerLine, ...]
    page: int
    pages: int
    total: int
    waiting: tuple[LedgerItem, ...]
    archived: ArchivedUpto | None = None


@dataclass(frozen=True, slots=True)
class SessionState:
    """`version` and `written_version` differ while there is something to write: `pending` operations."""

    version: int
    written_version: int
    pending: int

    @property
    def dirty(self) -> bool:
        return self.version != self.written_version


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inventory and how its session is doing; `session` is None while nobody plays it.

    `written_at` (Unix seconds) is when the database last took something, at version `database_version`.
    `quarantined` counts documents that were put aside.
    """

    inventory: InventoryReader
    session: SessionState | None
    database_version: int
    written_at: int | None
    parked: bool
    quarantined: int
    waiting: tuple[LedgerItem, ...]


@dataclass(frozen=True, slots=True)
class PastInventory:
    """An inventory as version `version` left it. `ready` are quick slots by number, from 0.

    `coins` are in the purse.
    """

    at: int
    version: int
    worn: Mapping[Slot, LedgerItem]
    ready: Mapping[int, LedgerItem]
    backpack: tuple[LedgerItem, ...]
    coins: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Pieces by kind; what was only moved, marked, worn out or mended is none of it.

    `coins` are more in the purse, or below zero fewer.
    """

    since: int
    until: int
    came: tuple[LedgerItem, ...]
    went: tuple[LedgerItem, ...]
    coins: int


@dataclass(frozen=True, slots=True)
class SessionCount:
    """All sessions at a glance, counted as in `SessionSample`. `oldest_dirty` and `mean_ttl` in seconds.

    `quarantined` counts characters. `complete` is False when there was too much to look at: then `active` and
    `quarantined` are what a part of it holds.
    """

    active: int
    dirty: int
    oldest_dirty: float | None
    quarantined: int
    complete: bool = True
    mean_ttl: float | None = None


@dataclass(frozen=True, slots=True)
class InventoryNumbers:
    """`here` counts what this process did since it started."""

    sessions: SessionCount
    parked: int
    here: ProcessCounts


@dataclass(frozen=True, slots=True)
class InspectInventory(Context[Literal["inventory"], Literal["inspect"], Inspection]):
    module = "inventory"
    action = "inspect"

    char_id: int


@dataclass(frozen=True, slots=True)
class ReadLedger(Context[Literal["inventory"], Literal["history"], LedgerPage]):
    """A page that does not exist is answered with the nearest one that does."""

    module = "inventory"
    action = "history"

    char_id: int
    page: int = 1


@dataclass(frozen=True, slots=True)
class LookAtPast(Context[Literal["inventory"], Literal["past"], PastInventory]):
    """As it stood `at` that time (Unix seconds). Raises LedgerUnreadableError."""

    module = "inventory"
    action = "past"

    char_id: int
    at: int


@dataclass(frozen=True, slots=True)
class ComparePasts(Context[Literal["inventory"], Literal["compare"], Difference]):
    """What came and went between two times (Unix seconds). Raises LedgerUnreadableError."""

    module = "inventory"
    action = "compare"

    char_id: int
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class TakeNumbers(Context[Literal["inventory"], Literal["metrics"], InventoryNumbers]):
    module = "inventory"
    action = "metrics"


@dataclass(frozen=True, slots=True)
class ListParked(Context[Literal["inventory"], Literal["parked"], tuple[int, ...]]):
    """Characters whose changes the database refuses; they are kept and tried again when released."""

    module = "inventory"
    action = "parked"


@dataclass(frozen=True, slots=True)
class ReleaseParked(Context[Literal["inventory"], Literal["release"], bool]):
    """Let a parked session be written again. False: it was not parked."""

    module = "inventory"
    action = "release"

    char_id: int
