"""Choosing what to see of the backpack: filters, order, search."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from apps.game_core.modules.inventory.contracts import SortBackpack
from bot.callbacks.buttons import Act, Choose, Do, Open, Screen
from bot.handlers.where import Where
from bot.players.states import Inventory
from bot.players.visit import Visit
from bot.views.notices import success


async def choose(_: CallbackQuery, callback_data: Choose, state: FSMContext, visit: Visit) -> None:
    inventory = await visit.gateway.open(visit.char_id)
    await state.set_state(Inventory.browsing)
    screens = await visit.choose(visit.choice.with_facet(callback_data.facet, callback_data.value))
    await visit.show(screens.backpack(inventory, 0))


async def keep_order(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    """What is on the screen stays in that order, which need not be chosen any longer."""
    shown = visit.screens.found(await visit.gateway.open(visit.char_id))
    outcome = await visit.perform(SortBackpack(order=tuple(item.id for item in shown)), callback_data.op_id)
    screens = await visit.choose(visit.choice.without_order())
    following = screens.backpack(outcome.inventory, 0, callback_data.undoing())
    await visit.show(following, success(visit.ui, outcome))


async def ask(_: CallbackQuery, state: FSMContext, visit: Visit) -> None:
    await state.set_state(Inventory.searching)
    await visit.show(visit.screens.search())


async def search(message: Message, state: FSMContext, visit: Visit) -> None:
    inventory = await visit.gateway.open(visit.char_id)
    await state.set_state(Inventory.browsing)
    screens = await visit.choose(visit.choice.with_search(message.text or ""))
    await visit.show(screens.backpack(inventory, 0))


def setup() -> Router:
    router = Router(name="choosing")
    router.callback_query.register(choose, Choose.filter())
    router.callback_query.register(keep_order, Act.filter(F.do == Do.SORT))
    router.callback_query.register(ask, Open.filter(F.screen == Screen.SEARCH))
    words = Where(F.text & ~F.text.startswith("/"))
    router.message.register(search, StateFilter(Inventory.searching), words)
    # Among others, what somebody writes is not meant for the bot.
    browsing, alone = StateFilter(Inventory.browsing), Where(F.chat.type == ChatType.PRIVATE)
    router.message.register(search, browsing, words, alone)
    return router
