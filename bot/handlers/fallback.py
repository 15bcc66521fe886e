"""What no other handler took: unknown buttons are answered with how things stand, stray texts with help."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from bot.endings import Ending, ends
from bot.handlers.where import Where
from bot.players.states import INVENTORY_STATES
from bot.players.visit import Visit
from bot.views.screen import Notice


async def unknown_button(_: CallbackQuery, visit: Visit) -> None:
    ends(Ending.REFUSED)
    notice = Notice(visit.ui.notice("outdated"))
    if visit.state in INVENTORY_STATES:
        inventory = await visit.gateway.open(visit.char_id)
        await visit.show(visit.screens.main(inventory), notice)
    else:
        await visit.show(await visit.home(), notice)


async def unknown_text(_: Message, visit: Visit) -> None:
    await visit.show(visit.screens.help())


def setup() -> Router:
    router = Router(name="fallback")
    router.callback_query.register(unknown_button)
    router.message.register(unknown_text, Where(F.chat.type == ChatType.PRIVATE))
    return router
