"""Which deal a button asks the merchant for, and which screen is shown, drawn from how things stand now."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from apps.game_core.modules.merchant.contracts import (
    Buy,
    BuyBack,
    LookAtMerchant,
    LookAtRepairs,
    LookAtSellable,
    LookAtSold,
    LookAtStack,
    LookAtWare,
    LookAtWares,
    MendAll,
    MendOne,
    Sell,
    SellJunk,
)
from bot.callbacks.buttons import Open, ScreenName
from bot.callbacks.names import ShopDeed
from bot.callbacks.shops import Shop
from bot.players.visit import Visit
from bot.views.screen import Screen

Draw = Callable[[Visit, Open], Awaitable[Screen]]
Deal: TypeAlias = Buy | BuyBack | MendAll | MendOne | Sell | SellJunk


async def _stall(visit: Visit, _: Open) -> Screen:
    return visit.screens.merchant.stall(await visit.router.ask(LookAtMerchant(visit.char_id)))


async def _wares(visit: Visit, wanted: Open) -> Screen:
    return visit.screens.merchant.wares(await visit.router.ask(LookAtWares(visit.char_id)), wanted.page)


async def _ware(visit: Visit, wanted: Open) -> Screen:
    card = await visit.router.ask(LookAtWare(visit.char_id, wanted.ware))
    return visit.screens.merchant.ware(card, wanted.page)


async def _sellable(visit: Visit, wanted: Open) -> Screen:
    screens = visit.screens.merchant
    return screens.sellable(await visit.router.ask(LookAtSellable(visit.char_id, screens.query(wanted.page))))


async def _stack(visit: Visit, wanted: Open) -> Screen:
    card = await visit.router.ask(LookAtStack(visit.char_id, wanted.item))
    return visit.screens.merchant.stack(card, wanted.page)


async def _repairs(visit: Visit, _: Open) -> Screen:
    return visit.screens.merchant.repairs(await visit.router.ask(LookAtRepairs(visit.char_id)))


async def _sold(visit: Visit, _: Open) -> Screen:
    return visit.screens.merchant.sold(await visit.router.ask(LookAtSold(visit.char_id)))


SCREENS: Mapping[ScreenName, Draw] = {
    ScreenName.MERCHANT: _stall,
    ScreenName.WARES: _wares,
    ScreenName.WARE: _ware,
    ScreenName.SELLABLE: _sellable,
    ScreenName.STACK: _stack,
    ScreenName.REPAIRS: _repairs,
    ScreenName.SOLD: _sold,
}
_DEALS: Mapping[ShopDeed, Callable[[int, Shop], Deal]] = {
    ShopDeed.BUY: lambda me, tap: Buy(me, tap.ware, tap.quantity, tap.price, tap.order, tap.since),
    ShopDeed.SELL: lambda me, tap: Sell(me, tap.item, tap.quantity, tap.price, tap.order, tap.since),
    ShopDeed.SELL_JUNK: lambda me, tap: SellJunk(me, tap.shown, tap.price, tap.order, tap.since),
    ShopDeed.MEND_ONE: lambda me, tap: MendOne(me, tap.item, tap.price, tap.order, tap.since),
    ShopDeed.MEND_ALL: lambda me, tap: MendAll(me, tap.price, tap.order, tap.since),
    ShopDeed.BUY_BACK: lambda me, tap: BuyBack(me, tap.lot),
}
_AFTER: Mapping[ShopDeed, ScreenName] = {
    ShopDeed.BUY: ScreenName.WARE,
    ShopDeed.SELL: ScreenName.SELLABLE,
    ShopDeed.SELL_JUNK: ScreenName.MERCHANT,
    ShopDeed.MEND_ONE: ScreenName.REPAIRS,
    ShopDeed.MEND_ALL: ScreenName.MERCHANT,
    ShopDeed.BUY_BACK: ScreenName.SOLD,
}
_REFUSED: Mapping[ScreenName, ScreenName] = {
    ScreenName.WARE: ScreenName.WARES,
    ScreenName.STACK: ScreenName.SELLABLE,
}


def deal(char_id: int, tapped: Shop) -> Deal:
    """What the button asks the merchant for."""
    return _DEALS[tapped.do](char_id, tapped)


async def drawn(visit: Visit, wanted: Open) -> Screen:
    """Raises what the merchant says of what is not there."""
    return await SCREENS[wanted.screen](visit, wanted)


def after(tapped: Shop) -> Open:
    """The screen that follows a deal."""
    return Open(screen=_AFTER[tapped.do], owner=tapped.owner, item=tapped.item, page=tapped.page)


async def how_it_stands(visit: Visit, tapped: Open | Shop) -> Screen:
    """After a refusal, as near as possible to where the player tapped: something that is always there."""
    wanted = after(tapped) if isinstance(tapped, Shop) else tapped
    return await drawn(
        visit, wanted.model_copy(update={"screen": _REFUSED.get(wanted.screen, wanted.screen)})
    )
