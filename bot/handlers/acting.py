"""Changing the inventory by what a button alone asks for."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot.callbacks.buttons import Act
from bot.players.visit import Visit
from bot.views.meanings import MEANINGS


async def act(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    meaning = MEANINGS[callback_data.do]
    outcome = await visit.perform(meaning.wish(callback_data), callback_data.op_id)
    following = meaning.following.done(visit.screens, outcome.inventory, callback_data)
    await visit.show(following, meaning.notice(visit.ui, outcome))


def setup() -> Router:
    router = Router(name="acting")
    router.callback_query.register(act, Act.filter(F.do.in_(MEANINGS)))
    return router
