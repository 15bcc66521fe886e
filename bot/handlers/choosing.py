"""Choosing what to see of the backpack: filters, order, search."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.callbacks.buttons import Choose, Open, Screen
from bot.handlers.where import Where
from bot.players.states import Inventory
from bot.players.visit import Visit


async def choose(_: CallbackQuery, callback_data: Choose, state: FSMContext, visit: Visit) -> None:
    inventory = await visit.gateway.open(visit.char_id)
    await state.set_state(Inventory.browsing)
    screens = await visit.choose(visit.choice.with_facet(callback_data.facet, callback_data.value))
    await visit.show(screens.backpack(inventory, 0))


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
    router.callback_query.register(ask, Open.filter(F.screen == Screen.SEARCH))
    words = Where(F.text & ~F.text.startswith("/"))
    router.message.register(search, StateFilter(Inventory.searching), words)
    # Among others, what somebody writes is not meant for the bot.
    browsing, alone = StateFilter(Inventory.browsing), Where(F.chat.type == ChatType.PRIVATE)
    router.message.register(search, browsing, words, alone)
    return router
