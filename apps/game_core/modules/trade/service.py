"""The trade: two players lay things on a table, confirm the same, and have what the other laid."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Self, TypeVar

from apps.game_core.modules.inventory.contracts import MAX_COINS, ItemDetails
from apps.game_core.modules.inventory.errors import InvalidInputError, ItemNotFoundError
from apps.game_core.modules.inventory.keeping_errors import NotEnoughCoinsError
from apps.game_core.modules.inventory.tables import Half, OwnHalf
from apps.game_core.modules.trade.confirming import Confirming
from apps.game_core.modules.trade.contracts import (
    Confirm,
    Invite,
    Lay,
    LayCoins,
    Leave,
    LookAtLaid,
    LookAtTable,
    Sit,
    TableView,
    TakeAway,
)
from apps.game_core.modules.trade.drawing import Drawing
from apps.game_core.modules.trade.errors import TableFullError
from apps.game_core.modules.trade.exchanging import Exchanging
from apps.game_core.modules.trade.halves import MAX_LAID
from apps.game_core.modules.trade.oversight import TradeOversight
from apps.game_core.modules.trade.seating import Seating
from apps.game_core.modules.trade.tradable import to_lay
from apps.game_core.system.core_router import CoreRouter
from apps.game_core.system.protocols import Context

C = TypeVar("C", bound=Context[Any, Any, Any])
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class TradeService:
    seating: Seating
    confirming: Confirming

    @classmethod
    def over(cls, exchange: Exchanging) -> Self:
        drawing = Drawing(exchange.router, exchange.unit_of_work)
        return cls(exchange.seating, Confirming(exchange.seating, exchange, drawing))

    def register(self, router: CoreRouter) -> None:
        router.register(Invite, _checked(self.invite))
        router.register(Sit, _checked(self.sit))
        router.register(Lay, _checked(self.lay))
        router.register(TakeAway, _checked(self.take_away))
        router.register(LayCoins, _checked(self.lay_coins))
        router.register(Confirm, _checked(self.confirm))
        router.register(Leave, _checked(self.leave))
        router.register(LookAtTable, _checked(self.look))
        router.register(LookAtLaid, _checked(self.look_at_laid))
        TradeOversight(self.confirming.exchange).register(router)

    async def invite(self, context: Invite) -> TableView:
        trade = await self.seating.invite(context.char_id, context.partner)
        return await self.confirming.look(context.char_id, trade)

    async def sit(self, context: Sit) -> TableView:
        await self.seating.sit(context.char_id, context.trade, context.inviter)
        return await self.confirming.look(context.char_id, context.trade)

    async def lay(self, context: Lay) -> TableView:
        def laid(own: OwnHalf, half: Half) -> Half:
            if any(item.id == context.item_id for item in half.items):
                return half
            if len(half.items) >= MAX_LAID:
                raise TableFullError(MAX_LAID)
            return replace(half, items=(*half.items, to_lay(own, context.item_id)))

        trade = await self.seating.change(context.char_id, context.trade, laid)
        return await self.confirming.look(context.char_id, trade)

    async def take_away(self, context: TakeAway) -> TableView:
        def without(_: OwnHalf, half: Half) -> Half:
            return replace(half, items=tuple(item for item in half.items if item.id != context.item_id))

        trade = await self.seating.change(context.char_id, context.trade, without)
        return await self.confirming.look(context.char_id, trade)

    async def lay_coins(self, context: LayCoins) -> TableView:
        def with_coins(own: OwnHalf, half: Half) -> Half:
            if context.coins > own.coins:
                raise NotEnoughCoinsError(context.coins, own.coins)
            return replace(half, coins=context.coins)

        trade = await self.seating.change(context.char_id, context.trade, with_coins)
        return await self.confirming.look(context.char_id, trade)

    async def confirm(self, context: Confirm) -> TableView:
        return await self.confirming.confirm(context.char_id, context.fingerprint, context.trade)

    async def leave(self, context: Leave) -> bool:
        return await self.seating.leave(context.char_id, context.trade)

    async def look(self, context: LookAtTable) -> TableView:
        return await self.confirming.look(context.char_id, context.trade)

    async def look_at_laid(self, context: LookAtLaid) -> ItemDetails:
        own = await self.seating.own(context.char_id)
        self.seating.require(own, None)
        mine, theirs = await self.seating.sides(own)
        laid = (*mine.half.items, *(theirs.half.items if theirs else ()))
        item = next((item for item in laid if item.id == context.item_id), None)
        if item is None:
            raise ItemNotFoundError(context.item_id)
        return own.bag.card(item)


def _checked(answer: Callable[[C], Awaitable[R]]) -> Callable[[C], Awaitable[R]]:
    """Whatever a table is asked is said in whole numbers, and no store takes larger ones."""

    async def checked(context: C) -> R:
        for each in fields(context):  # type: ignore[arg-type]  # every context is one
            value = getattr(context, each.name)
            if value is None and each.default is None:
                continue
            if type(value) is not int or not 0 <= value <= MAX_COINS:
                raise InvalidInputError(each.name, value)
        return await answer(context)

    return checked
