"""Why an inventory operation was refused. Each error carries data; none carries player text.

InventoryError
├── OperationRefusedError            the rules say no; nothing changed
│   ├── ItemNotFoundError
│   ├── InvalidSlotError
│   ├── InvalidSlotIndexError
│   ├── SlotEmptyError
│   ├── RequirementsNotMetError
│   ├── InventoryFullError
│   ├── TooHeavyError
│   ├── NotConsumableError
│   ├── CannotUseInCombatError
│   ├── OnlyInCombatError
│   ├── CannotDropEquippedError
│   ├── ItemLockedError
│   ├── BetterSetError
│   ├── NothingToDropError
│   ├── QuestItemError
│   ├── InvalidQuantityError
│   ├── CannotMergeError
│   ├── CannotUndoError
│   ├── NothingToRestoreError
│   ├── RestoreOutdatedError
│   ├── UnknownItemError
│   ├── OverruledError
│   ├── LostStateError
│   ├── OperationIdTakenError
│   └── those of `keeping_errors`
├── InvalidInputError                a value that no button of ours can carry
├── CharacterNotFoundError
├── LedgerUnreadableError
└── InventoryUnavailableError        a store is down or too busy; trying again may help
    ├── SessionStoreDownError
    ├── DatabaseDownError
    ├── SessionConflictError
    ├── ChangesOverdueError
    ├── SyncFailedError
    ├── RowUnreadableError, of `keeping_errors`
    ├── DatabaseBusyError
    └── DatabaseRefusedError
        ├── AlreadyInLedgerError
        ├── UnfoundedReceiptError
        └── ForeignItemError
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from apps.game_core.modules.items.contracts import Attribute, Slot


class InventoryError(Exception):
    """Base of everything the inventory module raises on purpose."""


class OperationRefusedError(InventoryError):
    """The rules refuse the operation; the session is as it was."""


@dataclass(eq=False)
class ItemNotFoundError(OperationRefusedError):
    item_id: int


@dataclass(eq=False)
class InvalidSlotError(OperationRefusedError):
    """`valid_slots` is empty for an item that cannot be worn at all."""

    item_id: int
    slot: Slot | None
    valid_slots: tuple[Slot, ...]


@dataclass(eq=False)
class InvalidSlotIndexError(OperationRefusedError):
    """Quick slots are counted from 0 to `count` - 1."""

    slot_index: int | None
    count: int


@dataclass(eq=False)
class SlotEmptyError(OperationRefusedError):
    slot: Slot | int


@dataclass(frozen=True, slots=True)
class Shortfall:
    required: int
    actual: int


@dataclass(eq=False)
class RequirementsNotMetError(OperationRefusedError):
    item_id: int
    missing: Mapping[Attribute, Shortfall]


@dataclass(eq=False)
class InventoryFullError(OperationRefusedError):
    max_slots: int


@dataclass(eq=False)
class TooHeavyError(OperationRefusedError):
    """Weights in grams."""

    weight: int
    max_weight: int


@dataclass(eq=False)
class NotConsumableError(OperationRefusedError):
    item_id: int


@dataclass(eq=False)
class CannotUseInCombatError(OperationRefusedError):
    item_id: int


@dataclass(eq=False)
class OnlyInCombatError(OperationRefusedError):
    """It would only hurt somebody, and nobody is there."""

    item_id: int


@dataclass(eq=False)
class CannotDropEquippedError(OperationRefusedError):
    item_id: int


@dataclass(eq=False)
class ItemLockedError(OperationRefusedError):
    item_id: int


class BetterSetError(OperationRefusedError):
    """The best set is another by now than the one that was asked for."""


class NothingToDropError(OperationRefusedError):
    """Not one item was named."""


@dataclass(eq=False)
class QuestItemError(OperationRefusedError):
    item_id: int


@dataclass(eq=False)
class InvalidQuantityError(OperationRefusedError):
    """`quantity` is outside 1..`available`."""

    quantity: int
    available: int


@dataclass(eq=False)
class CannotMergeError(OperationRefusedError):
    item_id: int
    into_id: int


class UndoObstacle(StrEnum):
    UNKNOWN = "unknown"
    """It never took effect, or is nothing that can be taken back."""
    TOO_LATE = "too_late"
    CAME_BACK = "came_back"
    """What it would restore is there already."""
    MOVED_ON = "moved_on"
    """What it moved is not as it left it."""


@dataclass(eq=False)
class CannotUndoError(OperationRefusedError):
    op_id: str
    obstacle: UndoObstacle


@dataclass(eq=False)
class NothingToRestoreError(OperationRefusedError):
    """Nothing of what there was at `to` (Unix seconds) is missing."""

    to: int


@dataclass(eq=False)
class RestoreOutdatedError(OperationRefusedError):
    """What would come back by now is not what the plan with this `code` says."""

    code: str


@dataclass(eq=False)
class UnknownItemError(OperationRefusedError):
    """The catalog has no such entry (any more)."""

    base_id: str


@dataclass(eq=False)
class OverruledError(OperationRefusedError):
    """The change was made and did not survive: what the database held by then has overruled it."""

    op_id: str


@dataclass(eq=False)
class LostStateError(OperationRefusedError):
    """The operation was meant for a state that the inventory has lost, or never had."""

    op_id: str


@dataclass(eq=False)
class OperationIdTakenError(OperationRefusedError):
    """This id is of another operation of that `kind`; `archived`: of one, perhaps the same, in a file."""

    op_id: str
    kind: str


@dataclass(eq=False)
class InvalidInputError(InventoryError):
    field: str
    value: object


@dataclass(eq=False)
class CharacterNotFoundError(InventoryError):
    char_id: int


@dataclass(eq=False)
class LedgerUnreadableError(InventoryError):
    """The entry made at `at` (Unix seconds) is of another age: no looking back past it."""

    char_id: int
    at: int


class InventoryUnavailableError(InventoryError):
    """A store is down or too busy. Nothing was half done."""


class SessionStoreDownError(InventoryUnavailableError):
    """Redis does not answer, or refuses to write."""


class DatabaseDownError(InventoryUnavailableError):
    """PostgreSQL does not answer, or failed in the middle of something."""


@dataclass(eq=False)
class SessionConflictError(InventoryUnavailableError):
    """Other writers kept winning the compare-and-set."""

    char_id: int


@dataclass(eq=False)
class ChangesOverdueError(InventoryUnavailableError):
    """Earlier changes wait for the database for too long already: no further ones until they are written."""

    char_id: int


@dataclass(eq=False)
class SyncFailedError(InventoryUnavailableError):
    """The write to the database did not happen; the session stays dirty and indexed."""

    char_id: int
    reason: str


class DatabaseBusyError(InventoryUnavailableError):
    """A deadlock or a serialization failure: nothing was written, trying again helps."""


@dataclass(eq=False)
class DatabaseRefusedError(InventoryUnavailableError):
    """The database does not take this statement, however often it is tried; nothing was written."""

    reason: str


class AlreadyInLedgerError(DatabaseRefusedError):
    """A write carried an operation that the ledger holds."""


class UnfoundedReceiptError(DatabaseRefusedError):
    """A write carried what came out of the inbox, and no unread row brings that."""


class ForeignItemError(DatabaseRefusedError):
    """A write carried an item id that another character owns."""
