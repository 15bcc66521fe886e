"""Changing the inventory by what a button asks for, alone or together with the screen that it is on."""

from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.game_core.modules.inventory.contracts import Wish
from bot.callbacks.buttons import Act
from bot.players.visit import Visit
from bot.views.meanings import MEANINGS, Meaning, OnScreen


async def act(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    meaning = MEANINGS[callback_data.do]
    outcome = await visit.perform(await _wish(meaning, callback_data, visit), callback_data.op_id)
    screens = visit.screens if meaning.choice is None else await visit.choose(meaning.choice(visit.choice))
    following = meaning.following.done(screens, outcome.inventory, callback_data)
    await visit.show(following, meaning.notice(visit.ui, outcome))


async def _wish(meaning: Meaning, tapped: Act, visit: Visit) -> Wish[Any]:
    if isinstance(meaning.wish, OnScreen):
        return meaning.wish.wish(tapped, visit.screens, await visit.gateway.open(visit.char_id))
    return meaning.wish(tapped)


def setup() -> Router:
    router = Router(name="acting")
    router.callback_query.register(act, Act.filter(F.do.in_(MEANINGS)))
    return router
