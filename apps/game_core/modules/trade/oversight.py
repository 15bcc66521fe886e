"""Trades as operators see and end them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from apps.game_core.modules.inventory.tables import DeliverTo, FindGive, Give, GlanceAtHalf, WriteTogether
from apps.game_core.modules.trade.contracts import (
    CallOffTrade,
    LookAtTrades,
    NoTableError,
    SeatSeen,
    TableState,
    TradeSeen,
)
from apps.game_core.modules.trade.drawing import STATES
from apps.game_core.modules.trade.exchanging import Exchanging
from apps.game_core.modules.trade.halves import Side, confirms, is_live
from apps.game_core.modules.trade.settling import Trade
from apps.game_core.system.core_router import CoreRouter


@dataclass(frozen=True, slots=True)
class TradeOversight:
    exchange: Exchanging

    def register(self, router: CoreRouter) -> None:
        router.register(LookAtTrades, self.look)
        router.register(CallOffTrade, self.call_off)

    async def look(self, context: LookAtTrades) -> tuple[TradeSeen, ...]:
        found = {each.trade: each for each in await self._written(context.char_id)}
        for each in (await self._unwritten(context.char_id), await self._table(context.char_id)):
            if each is not None:
                known = found.get(each.trade, each)
                # Of what is given already the row knows more than a half, or than one of both sessions.
                own = known.seats[0] if known.seats[0].given else each.seats[0]
                found[each.trade] = replace(known, seats=(own, *known.seats[1:]))
        return tuple(found.values())

    async def call_off(self, context: CallOffTrade) -> tuple[TradeSeen, ...]:
        found = await self.look(LookAtTrades(context.char_id))
        if not found:
            raise NoTableError(context.char_id, None)
        for each in found:
            for seat in each.seats:
                await self.exchange.seating.leave(seat.char_id, each.trade)
        # What is given and not written would come back only once it is.
        given = {seat.char_id for each in found for seat in each.seats}
        await self.exchange.router.ask(WriteTogether(given))
        async with self.exchange.unit_of_work() as unit:
            opened = await unit.trades.open_of(context.char_id)
            await unit.trades.call_off([each.id for each in opened])
            await unit.commit()
        parties = {char_id for each in opened for char_id in each.gifts}
        await self.exchange.router.ask(DeliverTo(tuple(parties)))
        return tuple([await self._ended(each) for each in found])

    async def _written(self, char_id: int) -> list[TradeSeen]:
        async with self.exchange.unit_of_work() as unit:
            found = await unit.trades.open_of(char_id)
        return [TradeSeen(each.id, TableState.GIVEN, tuple(_of_row(each, char_id))) for each in found]

    async def _unwritten(self, char_id: int) -> TradeSeen | None:
        give = await self.exchange.router.ask(FindGive(char_id))
        if give is None:
            return None
        theirs = await self._gave(give.partner, give.trade)
        return TradeSeen(give.trade, TableState.GIVEN, (_of_give(char_id, give), *theirs))

    async def _gave(self, char_id: int, trade: int) -> tuple[SeatSeen, ...]:
        """What the database does not have yet."""
        give = await self.exchange.router.ask(FindGive(char_id, trade))
        return () if give is None else (_of_give(char_id, give),)

    async def _table(self, char_id: int) -> TradeSeen | None:
        seen = await self.exchange.router.ask(GlanceAtHalf(char_id))
        half = seen.half if seen else None
        if seen is None or half is None or not is_live(half, self.exchange.seating.clock.now()):
            return None
        mine = Side(char_id, seen.name, half)
        if half.partner is None:
            return TradeSeen(half.trade, TableState.INVITING, (_of_half(mine, None),))
        theirs = await self.exchange.seating.opposite(half.partner, half.trade, char_id)
        if theirs is not None:
            return TradeSeen(half.trade, TableState.LAYING, (_of_half(mine, theirs), _of_half(theirs, mine)))
        given = await self._gave(half.partner, half.trade)
        state = TableState.GIVEN if given else TableState.INVITING
        return TradeSeen(half.trade, state, (_of_half(mine, None), *given))

    async def _ended(self, before: TradeSeen) -> TradeSeen:
        async with self.exchange.unit_of_work() as unit:
            row = await unit.trades.find(before.trade)
        return replace(before, state=STATES[row.state] if row else TableState.LEFT)


def _of_half(side: Side, opposite: Side | None) -> SeatSeen:
    confirmed = opposite is not None and confirms(side.half, opposite.half)
    return SeatSeen(side.char_id, side.half.items, side.half.coins, confirmed)


def _of_give(char_id: int, give: Give) -> SeatSeen:
    return SeatSeen(char_id, give.items, give.coins, confirmed=True, given=True)


def _of_row(trade: Trade, char_id: int) -> Iterator[SeatSeen]:
    for each in (char_id, trade.other(char_id)):
        gift = trade.gifts.get(each or 0)
        if each is not None:
            items, coins = (gift.items, gift.coins) if gift else ((), 0)
            yield SeatSeen(each, items, coins, confirmed=gift is not None, given=gift is not None)
