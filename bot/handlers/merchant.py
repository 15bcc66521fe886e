"""At the merchant's: looking, and dealing."""

from collections.abc import Mapping

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from apps.game_core.modules.merchant.contracts import Bargain
from bot.callbacks.buttons import Open
from bot.callbacks.names import ShopDeed
from bot.callbacks.shops import Shop
from bot.players import counter
from bot.players.states import Merchant
from bot.players.visit import Visit
from bot.views.screen import Notice

_SAID: Mapping[ShopDeed, str] = {
    ShopDeed.BUY: "bought",
    ShopDeed.SELL: "sold_for",
    ShopDeed.SELL_JUNK: "sold_for",
    ShopDeed.MEND_ONE: "made_whole",
    ShopDeed.MEND_ALL: "made_whole",
    ShopDeed.BUY_BACK: "bought_back",
}


async def show(_: CallbackQuery, callback_data: Open, state: FSMContext, visit: Visit) -> None:
    await _arrive(state, visit)
    await visit.show(await counter.drawn(visit, callback_data))


async def deal(_: CallbackQuery, callback_data: Shop, state: FSMContext, visit: Visit) -> None:
    await _arrive(state, visit)
    done = await visit.router.ask(counter.deal(visit.char_id, callback_data))
    said = "repeated" if done.repeated else _SAID[callback_data.do]
    words = visit.ui.notice(said) if done.repeated else visit.ui.notice(said, deal=done)
    words += "" if done.repeated else await _torn_loadouts(visit, done)
    await visit.show(await counter.drawn(visit, counter.after(callback_data)), Notice(words))


async def _torn_loadouts(visit: Visit, done: Bargain) -> str:
    """Which of them what was sold belonged to: as it is said of what is dropped."""
    if not done.gone:
        return ""
    view = (await visit.gateway.open(visit.char_id)).view()
    torn = [each.name for each in view.loadouts if each.item_ids & done.gone]
    return f"\n{visit.ui.notice('loadouts_torn', names=torn)}" if torn else ""


async def _arrive(state: FSMContext, visit: Visit) -> None:
    if visit.state != Merchant.dealing.state:
        await state.set_state(Merchant.dealing)


def setup() -> Router:
    router = Router(name="merchant")
    router.callback_query.register(show, Open.filter(F.screen.in_(counter.SCREENS)))
    router.callback_query.register(deal, Shop.filter())
    return router
