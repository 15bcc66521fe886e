"""How others look at an inventory."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.keeping_views import Belongings, Damaged, Junk, LoadoutView
from apps.game_core.modules.inventory.queries import BackpackQuery
from apps.game_core.modules.inventory.views import BackpackPage, BestSet, InventoryView, ItemDetails
from apps.game_core.modules.items.contracts import Slot


class InventoryReader(Protocol):
    """One state of an inventory, formatted on demand; asking costs no round trip."""

    @property
    def stamp(self) -> str:
        """Names this state: equal stamps, equal inventories.

        An operation whose id begins with `at:{stamp}:` needs no look into the ledger to be known as new.
        """
        ...

    @property
    def version(self) -> int:
        """Of two states of an inventory the one with the higher version is the later."""
        ...

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Kinds of operations lost to a change from elsewhere; to be told until the next change."""
        ...

    @property
    def gifts(self) -> tuple[Gift, ...]:
        """What came out of the inbox; to be told until the next change."""
        ...

    @property
    def waiting(self) -> int:
        """How many gifts do not fit; each comes as soon as there is room."""
        ...

    @property
    def at_table(self) -> bool:
        """Whether something lies on the table of a trade: no gift may change that, so it waits, too."""
        ...

    @property
    def stale(self) -> bool:
        """Read past the session, straight from the database: it may be a moment old and cannot change."""
        ...

    def source_name(self, base_id: str) -> str:
        """The catalog's source text for an item's name, the base_id itself if the catalog has no entry."""
        ...

    def most_that_fit(self, base_id: str) -> int:
        """How many pieces of a kind could be added if backpack and quick slots were empty.

        Raises UnknownItemError.
        """
        ...

    def room(self, base_id: str) -> int:
        """How many pieces of a kind, as they are made, could be added now. Raises UnknownItemError."""
        ...

    def pieces(self) -> Mapping[str, int]:
        """How many there are of each kind, wherever they are, by base_id."""
        ...

    def view(self) -> InventoryView: ...

    def belongings(self) -> Belongings: ...

    def backpack(self, query: BackpackQuery) -> BackpackPage: ...

    def best_set(self) -> BestSet:
        """Of all that is in the backpack and can be worn; empty when what is worn is the best already."""
        ...

    def junk(self) -> Junk: ...

    def damaged(self) -> Sequence[Damaged]:
        """What can be mended, with what that takes; what is worn first."""
        ...

    def loadouts(self) -> tuple[LoadoutView, ...]:
        """In the order of their names."""
        ...

    def loadout(self, loadout_id: int) -> LoadoutView:
        """Raises LoadoutNotFoundError."""
        ...

    def alike(self, item_id: int) -> tuple[int, ...]:
        """Ids of the other pieces in the backpack that look the same; none for what is not there."""
        ...

    def item(self, item_id: int, slot: Slot | None = None) -> ItemDetails:
        """Judged for `slot` if it fits there, else for where it helps most. Raises ItemNotFoundError."""
        ...
