"""Deleting one's character and everything that belongs to it, after two questions."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.callbacks.buttons import Erase, Open, ScreenName
from bot.players.characters import Players
from bot.players.partners import Partners
from bot.players.visit import Visit
from bot.views.screen import Notice


async def ask(_: Message, visit: Visit) -> None:
    # Whoever stays after all is where coming home has brought them: in the lobby, or in the fight.
    await visit.home()
    await visit.show(visit.screens.erase())


async def ask_again(_: CallbackQuery, visit: Visit) -> None:
    await visit.show(visit.screens.erase_for_sure(visit.char_id))


async def erase(
    _: CallbackQuery,
    callback_data: Erase,
    state: FSMContext,
    *,
    visit: Visit,
    players: Players,
    partners: Partners,
) -> None:
    if callback_data.character != visit.char_id:
        await visit.show(await visit.home(), Notice(visit.ui.notice("outdated")))
        return
    await partners.leave_behind(visit.menu.bot, visit.char_id)
    await players.erase(visit.player)
    await state.clear()
    await visit.menu.show(visit.screens.erased(), Notice(visit.ui.notice("erased")), farewell=True)


def setup() -> Router:
    router = Router(name="erasing")
    router.message.register(ask, Command("delete_me"))
    router.callback_query.register(ask_again, Open.filter(F.screen == ScreenName.ERASE))
    router.callback_query.register(erase, Erase.filter())
    return router
