"""What the trade needs from the database. Every method raises InventoryUnavailableError."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from apps.game_core.modules.trade.settling import Trade


@dataclass(frozen=True, slots=True)
class OpenTrade:
    """`overdue`: it has been open for too long."""

    trade: Trade
    overdue: bool


@dataclass(frozen=True, slots=True)
class SealedTrade:
    """One whose gifts this release does not understand: it stays as it is."""

    trade: int
    reason: str


class TradeRepository(Protocol):
    """Never commits: that is the unit of work's."""

    async def find(self, trade: int) -> Trade | None:
        """None: nobody has given anything for it. Raises RowUnreadableError."""
        ...

    async def open_of(self, char_id: int) -> Sequence[Trade]:
        """Those that one of both has given something for, and that have not ended: what is legible."""
        ...

    async def open_ones(self, after: int, limit: int, patience: float) -> Sequence[OpenTrade | SealedTrade]:
        """Those with ids above `after`, in order; overdue is what has been open for `patience` seconds."""
        ...

    async def call_off(self, trades: Collection[int]) -> Collection[int]:
        """End those that are still open: what waits in them goes back. Which they were."""
        ...


class TradeUnitOfWork(Protocol):
    """One transaction. Leaving the block without `commit` rolls back."""

    @property
    def trades(self) -> TradeRepository: ...

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *exc_info: object) -> None: ...
    async def commit(self) -> None: ...
    async def ping(self) -> None: ...


class TradeUnitOfWorkFactory(Protocol):
    def __call__(self) -> TradeUnitOfWork: ...
