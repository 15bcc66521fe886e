"""What ledgers tell, one thing at a time, to whoever subscribes.

Everything that a ledger holds is told at least once, and a character's in the order in which it happened.
What is not written yet is no event, and never becomes one if it is lost.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, TypeVar

from apps.game_core.modules.inventory.inventory.model import PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.operation_ids import STARTER
from apps.game_core.system.protocols import Context

U_contra = TypeVar("U_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Event:
    """`at` in Unix seconds; `version` is that of the inventory afterwards.

    The character may be gone by the time that it is told.
    """

    char_id: int
    version: int
    op_id: str
    at: int


@dataclass(frozen=True, slots=True)
class Born(Event):
    """A character came into the game with these items."""

    kind: ClassVar[str] = STARTER

    items: tuple[PlacedItem, ...]


@dataclass(frozen=True, slots=True)
class Performed(Event):
    """An operation took effect, and answered so.

    A batch is told as its parts, counted from 0: `op_id` and `part` together name what happened for ever.
    """

    operation: Operation[Any]
    result: Result
    part: int = 0


@dataclass(frozen=True, slots=True)
class Subscriber(Generic[U_contra]):
    """`name` stands for what has been heard, in the database: it begins at the beginning of all ledgers.

    `hear` is given some events together with a transaction. What it writes there lasts together with the
    knowledge that it has heard them, once; it does not commit. Whatever else it does may be repeated: when it
    raises, or dies, it is told the same again. Until then others do hear on, and it does not.
    `kinds` are the types of operations that it wants, and `Born`; none: all.
    """

    name: str
    hear: Callable[[Sequence[Event], U_contra], Awaitable[None]]
    kinds: Collection[type[Operation[Any] | Born]] = ()


@dataclass(frozen=True, slots=True)
class SubscriberState:
    """`waiting` counts entries that are still to be told, as far as `MOST_COUNTED`.

    `behind` is for how long, in seconds, the first of them has been in the ledger, and `following` names it:
    the character, the version, and what was done. `moved_at` (Unix seconds) is when something was told last,
    and `failures` how often that went wrong since then, the last time with an `error` of this type.
    """

    name: str
    waiting: int
    behind: float
    moved_at: int
    failures: int
    error: str
    following: tuple[int, int, str] | None


MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class ListSubscribers(Context[Literal["inventory"], Literal["subscribers"], tuple[SubscriberState, ...]]):
    """All that have ever subscribed, by name."""

    module = "inventory"
    action = "subscribers"


@dataclass(frozen=True, slots=True)
class TellAgain(Context[Literal["inventory"], Literal["tell_again"], bool]):
    """Tell a subscriber all that ledgers hold once more. False: nobody of that name has ever subscribed."""

    module = "inventory"
    action = "tell_again"

    subscriber: str
