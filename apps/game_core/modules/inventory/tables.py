"""What an inventory has to do with the table of a trade: contracts that nobody needs but the trade."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from apps.game_core.modules.inventory.inventory.limits import MARK_BITS
from apps.game_core.modules.inventory.inventory.model import Confirmation, Half, Item
from apps.game_core.modules.inventory.inventory.rules.fitting import Lack
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.inventory.wishes import GiveHalf
from apps.game_core.modules.inventory.views import ItemDetails, ItemView
from apps.game_core.system.protocols import Context

__all__ = [
    "MARK_BITS",
    "AwaitsRoom",
    "BagAtTable",
    "Confirmation",
    "DeliverTo",
    "FindGive",
    "Give",
    "GiveHalf",
    "GlanceAtHalf",
    "Half",
    "Lack",
    "LookAtHalf",
    "OwnHalf",
    "PutHalf",
    "SeenHalf",
    "WriteTogether",
]


class BagAtTable(Protocol):
    """One state of an inventory whose player sits at a table; asking costs no round trip."""

    def to_lay(self, item_id: int) -> Item:
        """A stack of the backpack that may be traded.

        Raises ItemNotFoundError, ItemInUseError, ItemLockedError, ItemBoundError, QuestItemError and
        UnknownItemError.
        """
        ...

    def require_tradable(self, half: Half) -> None:
        """All that lies there is in the backpack as it lies there. Raises what `to_lay` raises."""
        ...

    def lacking(self, goes: Half, comes: Half) -> Lack:
        """What is missing for what would come, once what would go is gone."""
        ...

    def rows(self, items: Sequence[Item]) -> Sequence[ItemView]:
        """Of things from anywhere, judged for the player of this bag."""
        ...

    def card(self, item: Item) -> ItemDetails:
        """The same as if it lay in this backpack."""
        ...

    def source_name(self, item_id: int) -> str:
        """The catalog's source text for the name of a thing in this bag; empty if it is not there."""
        ...


@dataclass(frozen=True, slots=True)
class OwnHalf:
    """None: they sit at no table. `coins` are in the purse."""

    char_id: int
    name: str
    half: Half | None
    coins: int
    bag: BagAtTable


@dataclass(frozen=True, slots=True)
class SeenHalf:
    """As seen from opposite."""

    char_id: int
    name: str
    half: Half | None


@dataclass(frozen=True, slots=True)
class LookAtHalf(Context[Literal["inventory"], Literal["look_at_half"], OwnHalf]):
    module = "inventory"
    action = "look_at_half"

    char_id: int


@dataclass(frozen=True, slots=True)
class GlanceAtHalf(Context[Literal["inventory"], Literal["glance_at_half"], SeenHalf | None]):
    """Without opening or prolonging the session of somebody else; None: there is none."""

    module = "inventory"
    action = "glance_at_half"

    char_id: int


@dataclass(frozen=True, slots=True)
class PutHalf(Context[Literal["inventory"], Literal["put_half"], OwnHalf]):
    """Put a half in place of the one that was seen; one compare-and-set, which is nothing to write.

    One that confirms gets the stamp of the state that it was put into. Raises OtherHalfError, what
    `BagAtTable.to_lay` raises of what is laid anew, or of all if it confirms, and NotEnoughCoinsError.
    """

    module = "inventory"
    action = "put_half"

    char_id: int
    seen: Half | None
    half: Half | None


@dataclass(frozen=True, slots=True)
class FindGive(Context[Literal["inventory"], Literal["find_give"], Give | None]):
    """What they have given for this trade, or for any, and the database does not have yet."""

    module = "inventory"
    action = "find_give"

    char_id: int
    trade: int | None = None


@dataclass(frozen=True, slots=True)
class AwaitsRoom(Context[Literal["inventory"], Literal["awaits_room"], bool]):
    """Whether something of this trade is still in their inbox."""

    module = "inventory"
    action = "awaits_room"

    char_id: int
    trade: int


@dataclass(frozen=True, slots=True)
class WriteTogether(Context[Literal["inventory"], Literal["write_together"], None]):
    """Write several inventories, in one transaction if nothing is in the way.

    Raises InventoryUnavailableError: whoever writes next does it.
    """

    module = "inventory"
    action = "write_together"

    char_ids: Collection[int]


@dataclass(frozen=True, slots=True)
class DeliverTo(Context[Literal["inventory"], Literal["deliver_to"], None]):
    """Bring what waits in the inboxes of those who are playing."""

    module = "inventory"
    action = "deliver_to"

    char_ids: Collection[int]
