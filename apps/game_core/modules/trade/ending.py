"""What waits for the other side: the other gives, too, if the same is still confirmed there; else it ends."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field

import structlog

from apps.game_core.modules.inventory.errors import (
    DatabaseDownError,
    InventoryError,
    OperationRefusedError,
    SessionStoreDownError,
)
from apps.game_core.modules.inventory.tables import DeliverTo
from apps.game_core.modules.trade.exchanging import Exchanging
from apps.game_core.modules.trade.ports import OpenTrade, SealedTrade
from apps.game_core.modules.trade.settling import Trade

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class TradeEnding:
    """`patience` in seconds: then what one side has given comes back. A chore of the worker's.

    What nobody here can read is named, once. What cannot be finished now waits for another round.
    """

    exchange: Exchanging
    patience: float
    limit: int = 200
    _after: int = 0
    _sealed: set[int] = field(default_factory=set)

    async def round(self) -> int:
        """Look through some of the open trades; how many of them ended.

        Raises DatabaseDownError, SessionStoreDownError: the next round begins behind the one that met it.
        """
        async with self.exchange.unit_of_work() as unit:
            found = await unit.trades.open_ones(self._after, self.limit, self.patience)
        ended = 0
        for each in self._legible(found):
            self._after = each.trade.id
            ended += await self._ended_if_possible(each)
        self._after = _number(found[-1]) if len(found) == self.limit else 0
        return ended

    def _legible(self, found: Sequence[OpenTrade | SealedTrade]) -> Iterator[OpenTrade]:
        for each in found:
            if isinstance(each, OpenTrade):
                yield each
            elif each.trade not in self._sealed:
                self._sealed.add(each.trade)
                log.error("trade not understood", **asdict(each))

    async def _ended_if_possible(self, found: OpenTrade) -> bool:
        """One that cannot be finished must not hold up the others."""
        try:
            return await self._ended(found)
        except (DatabaseDownError, SessionStoreDownError):
            raise
        except InventoryError as error:
            log.warning("trade not ended yet", trade=found.trade.id, error=repr(error))
            return False

    async def _ended(self, found: OpenTrade) -> bool:
        for giver in found.trade.gifts:
            if await self._answered(found.trade, giver):
                return True
        return found.overdue and await self._call_off(found.trade)

    async def _answered(self, trade: Trade, giver: int) -> bool:
        """Whether the other side has given now: it had confirmed, and somebody died before it was done."""
        other = trade.other(giver)
        side = None if other is None else await self.exchange.seating.opposite(other, trade.id, giver)
        with suppress(OperationRefusedError):
            return side is not None and await self.exchange.answer(side)
        return False

    async def _call_off(self, trade: Trade) -> bool:
        """What waits in it goes back, unless it has ended by now."""
        async with self.exchange.unit_of_work() as unit:
            ended = await unit.trades.call_off([trade.id])
            await unit.commit()
        await self.exchange.router.ask(DeliverTo(tuple(trade.gifts)))
        return bool(ended)


def _number(found: OpenTrade | SealedTrade) -> int:
    return found.trade.id if isinstance(found, OpenTrade) else found.trade
