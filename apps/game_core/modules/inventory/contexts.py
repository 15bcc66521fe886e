"""What the inventory is asked through the router, and what an operation answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from apps.game_core.modules.inventory.inventory.gift import PLAIN, Gift, Roll
from apps.game_core.modules.inventory.inventory.operation import Result
from apps.game_core.modules.inventory.inventory.rules.adding import AddItemResult
from apps.game_core.modules.inventory.inventory.wishes import Wish
from apps.game_core.modules.inventory.keeping_views import Belongings, Junk
from apps.game_core.modules.inventory.queries import BackpackQuery
from apps.game_core.modules.inventory.reader import InventoryReader
from apps.game_core.modules.inventory.views import BackpackPage, InventoryView
from apps.game_core.system.protocols import Context
from apps.game_core.value import Value

R_co = TypeVar("R_co", bound=Result, covariant=True)
R = TypeVar("R", bound=Result)


class Outcome(Value, Generic[R_co]):
    """What an operation answered, and the inventory after it. `repeated`: it had taken effect before."""

    result: R_co
    inventory: InventoryReader
    repeated: bool = False


class SyncResult(Value):
    """`rows` counts item rows written."""

    changes_saved: bool
    rows: int = 0


@dataclass(frozen=True, slots=True)
class ViewInventory(Context[Literal["inventory"], Literal["view"], InventoryView]):
    module = "inventory"
    action = "view"

    char_id: int


@dataclass(frozen=True, slots=True)
class LookAtBelongings(Context[Literal["inventory"], Literal["belongings"], Belongings]):
    """For who reckons with what is there, and shows none of it."""

    module = "inventory"
    action = "belongings"

    char_id: int


@dataclass(frozen=True, slots=True)
class LookAtBackpack(Context[Literal["inventory"], Literal["backpack"], BackpackPage]):
    module = "inventory"
    action = "backpack"

    char_id: int
    query: BackpackQuery


@dataclass(frozen=True, slots=True)
class LookAtRoom(Context[Literal["inventory"], Literal["room"], int]):
    """How many pieces of a kind, as they are made, could be added now. Raises UnknownItemError."""

    module = "inventory"
    action = "room"

    char_id: int
    base_id: str


@dataclass(frozen=True, slots=True)
class LookAtJunk(Context[Literal["inventory"], Literal["junk"], Junk]):
    module = "inventory"
    action = "junk"

    char_id: int


@dataclass(frozen=True, slots=True)
class CountPieces(Context[Literal["inventory"], Literal["count"], Mapping[str, int]]):
    """How many pieces of each kind there are, wherever they are, by base_id."""

    module = "inventory"
    action = "count"

    char_id: int


@dataclass(frozen=True, slots=True)
class SyncInventory(Context[Literal["inventory"], Literal["sync"], SyncResult]):
    module = "inventory"
    action = "sync"

    char_id: int


@dataclass(frozen=True, slots=True)
class DiscardInventory(Context[Literal["inventory"], Literal["discard"], None]):
    """Forget the open session, written or not; asked for when the character goes."""

    module = "inventory"
    action = "discard"

    char_id: int


class Added(Value):
    """`gift` is what the key came with first.

    `result` is None for items that do not fit: they wait in the inbox and come as soon as they do.
    """

    result: AddItemResult | None
    gift: Gift


@dataclass(frozen=True, slots=True)
class GiveItem(Context[Literal["inventory"], Literal["add_item"], Added]):
    """`op_id` is the caller's idempotency key: the same key adds once, and with `or_inbox` waits once.

    What it came with first is what counts.

    `announced`: the caller tells the player of what is added now; what has waited is news when it comes.

    Without `or_inbox` a backpack that is full, or too heavy, is the caller's to deal with. What is rolled
    (`roll`, as in `AddItem`) stays so while it waits.
    """

    module = "inventory"
    action = "add_item"

    char_id: int
    base_id: str
    quantity: int
    op_id: str
    or_inbox: bool = False
    announced: bool = False
    roll: Roll = PLAIN


@dataclass(frozen=True, slots=True)
class Perform(Context[Literal["inventory"], Literal["perform"], R], Generic[R]):
    """An operation, as a value; the same `op_id` performs it once. The answer is its result.

    `since`: a version of the inventory at which nobody had sent this id yet. A session that remembers back to
    there need not ask the database. One that was lost, or never was, is refused (LostStateError), unless the
    operation has taken effect.
    """

    module = "inventory"
    action = "perform"

    char_id: int
    wish: Wish[R]
    op_id: str
    since: int = 0


class Answered(Value, Generic[R_co]):
    """`repeated`: it had taken effect before, and this was answered then."""

    result: R_co
    repeated: bool


@dataclass(frozen=True, slots=True)
class PerformOnce(Context[Literal["inventory"], Literal["perform_once"], Answered[R]], Generic[R]):
    """As `Perform`, for who has other words for what was done before."""

    module = "inventory"
    action = "perform_once"

    char_id: int
    wish: Wish[R]
    op_id: str
    since: int = 0
