"""Outside the inventory: entering and leaving the game, help, language."""

from aiogram import F, Router
from aiogram.filters import Command, CommandStart
from aiogram.types import CallbackQuery, Message

from bot.admins.access import Admins
from bot.callbacks.buttons import Close, Open, ScreenName, Speak
from bot.middlewares.visits import BIRTH
from bot.players.characters import Players
from bot.players.partners import Partners
from bot.players.visit import Visit
from bot.views.screen import Notice
from bot.views.ui import Uis


async def start(_: Message, visit: Visit) -> None:
    await visit.show(await visit.home(new=visit.player.newcomer))


async def show_help(message: Message, visit: Visit, admins: Admins) -> None:
    await visit.show(visit.screens.help(admin=admins.may_ask_in(message)))


async def logout(_: Message, visit: Visit, partners: Partners) -> None:
    await partners.leave_behind(visit.menu.bot, visit.char_id)
    saved = await visit.leave_game()
    await visit.show(visit.screens.left(saved=saved))


async def open_lobby(_: CallbackQuery, visit: Visit) -> None:
    await visit.show(await visit.home())


async def open_languages(_: CallbackQuery, visit: Visit, uis: Uis) -> None:
    await visit.show(visit.screens.languages(uis.translations.names, visit.player.language))


async def speak(_: CallbackQuery, callback_data: Speak, visit: Visit, players: Players, uis: Uis) -> None:
    language = uis.translations.choose(callback_data.language)
    spoken = visit.speaking(await players.speak(visit.player, language), uis.of(language))
    await spoken.show(await spoken.home(), Notice(spoken.ui.notice("language_set")))


async def open_logout(_: CallbackQuery, visit: Visit) -> None:
    await visit.show(visit.screens.logout())


async def leave(_: CallbackQuery, visit: Visit, partners: Partners) -> None:
    await partners.leave_behind(visit.menu.bot, visit.char_id)
    saved = await visit.leave_game()
    await visit.show(visit.screens.left(saved=saved), Notice(visit.ui.notice("left_game")))


def setup() -> Router:
    router = Router(name="lobby")
    router.message.register(start, CommandStart(), flags={BIRTH: True})
    router.message.register(show_help, Command("help"))
    router.message.register(logout, Command("logout"))
    router.callback_query.register(open_lobby, Open.filter(F.screen == ScreenName.LOBBY))
    router.callback_query.register(open_languages, Open.filter(F.screen == ScreenName.LANGUAGE))
    router.callback_query.register(open_logout, Open.filter(F.screen == ScreenName.LOGOUT))
    router.callback_query.register(speak, Speak.filter())
    router.callback_query.register(leave, Close.filter(F.leave))
    return router
