"""Choosing what to see of the backpack: filters, order, search."""

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.callbacks.buttons import Choose, Open, ScreenName
from bot.handlers.where import Where
from bot.places import author_of
from bot.players.states import Inventory, Trading
from bot.players.visit import Visit


async def choose(_: CallbackQuery, callback_data: Choose, state: FSMContext, visit: Visit) -> None:
    inventory = await visit.gateway.open(visit.char_id)
    await state.set_state(Inventory.browsing)
    screens = await visit.choose(visit.choice.with_facet(callback_data.facet, callback_data.value))
    await visit.show(screens.backpack(inventory, 0))


async def ask(query: CallbackQuery, state: FSMContext, visit: Visit) -> None:
    """Where others write, too, a bot need not hear what is no answer to it: there it asks for one."""
    await state.set_state(Inventory.searching)
    among_others = query.message is not None and query.message.chat.type != ChatType.PRIVATE
    await visit.show(visit.screens.search(among_others=among_others))
    if among_others:
        await visit.ask("search_prompt", visit.ui.label("search_placeholder"))


async def search(message: Message, state: FSMContext, visit: Visit, question: Message | None = None) -> None:
    if question is not None:
        visit.menu.take_back(question)
    inventory = await visit.gateway.open(visit.char_id)
    await state.set_state(Inventory.browsing)
    screens = await visit.choose(visit.choice.with_search(message.text or ""))
    await visit.show(screens.backpack(inventory, 0))


_ASKED = (Inventory.searching.state, Inventory.naming.state, Trading.counting.state)


class AnswersMe(Filter):
    """A reply to what the bot wrote to this very person, or about anything when words were asked for.

    `question` is what was written to them: it has its answer.
    """

    async def __call__(self, message: Message, bot: Bot, raw_state: str | None) -> bool | dict[str, Message]:
        asked, person = message.reply_to_message, author_of(message)
        if asked is None or person is None or asked.from_user is None or asked.from_user.id != bot.id:
            return False
        addressed = [each.user.id for each in asked.entities or () if each.user]
        if person.id in addressed and isinstance(asked, Message):
            return {"question": asked}
        return raw_state in _ASKED and not addressed


def setup() -> Router:
    router = Router(name="choosing")
    router.callback_query.register(choose, Choose.filter())
    router.callback_query.register(ask, Open.filter(F.screen == ScreenName.SEARCH))
    within, words = StateFilter(Inventory), Where(F.text & ~F.text.startswith("/"))
    router.message.register(search, within, words, Where(F.chat.type == ChatType.PRIVATE))
    # Among others, what somebody writes is not meant for the bot.
    router.message.register(search, within, words, AnswersMe())
    return router
