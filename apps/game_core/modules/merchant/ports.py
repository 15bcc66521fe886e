"""What the merchant needs from the outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from apps.game_core.modules.items.contracts import Catalog


class CatalogProvider(Protocol):
    @property
    def current(self) -> Catalog: ...


class PurchaseState(StrEnum):
    RESERVED = "reserved"
    """The pieces are the buyer's to take; whether they were taken the inventory knows."""
    DONE = "done"
    LAPSED = "lapsed"
    """They were not, and will not be: somebody else may have them."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """Of limited pieces, under a name that is the character's own. `period` began then (Unix seconds)."""

    char_id: int
    name: str
    ware: str
    period: int
    quantity: int


class StockKeeper(Protocol):
    """How many limited pieces are sold. Every method raises InventoryUnavailableError of the inventory."""

    async def reserve(self, order: Purchase, stock: int) -> PurchaseState | None:
        """Put the pieces aside, once, and answer RESERVED; for an order that is known, what became of it.

        None: of `stock` too few are left, and nothing was written.
        """
        ...

    async def settle(self, order: Purchase, state: PurchaseState) -> None:
        """Say what became of a reserved order; one that has lapsed gives its pieces back, once."""
        ...

    async def sold(self, periods: Mapping[str, int]) -> Mapping[str, int]:
        """How many pieces of each ware are sold in the period that began then; none of those left out."""
        ...

    async def unsettled(self, ware: str | None, age: int, limit: int) -> Sequence[Purchase]:
        """Purchases that have been reserved for longer than so many seconds, the oldest first."""
        ...
