"""What the merchant needs from the outside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from apps.game_core.modules.items.contracts import Catalog, Ware

BOUGHT = "merchant:buy:"


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
    """Of limited pieces, under a name that is the character's own."""

    char_id: int
    name: str
    ware: str
    quantity: int

    @property
    def op_id(self) -> str:
        """Of the operation that pays for them and takes them."""
        return f"{BOUGHT}{self.name}"


@dataclass(frozen=True, slots=True)
class Supply:
    """There are `left` pieces of a ware, and all again in so many seconds."""

    left: int
    restocks_in: int


class StockKeeper(Protocol):
    """How many limited pieces are sold. Every method raises InventoryUnavailableError of the inventory.

    Periods go by one clock, whichever process asks; they are so many `hours` long.
    """

    async def reserve(self, order: Purchase, stock: int, hours: int) -> PurchaseState | None:
        """Put the pieces aside, once, and answer RESERVED; for an order that is known, what became of it.

        None: of `stock` too few are left, and nothing was written. Raises OperationIdTakenError for an order
        that is known for other pieces.
        """
        ...

    async def settle(self, order: Purchase, state: PurchaseState) -> None:
        """Say what became of a reserved order; one that has lapsed gives its pieces back, once."""
        ...

    async def supplies(self, wares: Iterable[Ware]) -> Mapping[str, Supply]:
        """What there is of each now; without those that never run out."""
        ...

    async def unsettled(self, ware: str | None, age: int, limit: int) -> Sequence[Purchase]:
        """Purchases that have been reserved for longer than so many seconds, the oldest first."""
        ...
