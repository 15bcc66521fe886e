"""What came and went while the player was away: told once."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.game_core.modules.inventory.contracts import LookBack, TakeNoteResult
from apps.game_core.modules.inventory.keeping_errors import NothingNewError
from bot.callbacks.buttons import Act, Do
from bot.players.visit import Visit


async def look_back(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    try:
        outcome = await visit.perform(LookBack(), callback_data.op_id)
    except NothingNewError as nothing:
        inventory = await visit.gateway.open(visit.char_id)
        await visit.show(visit.screens.news(inventory, TakeNoteResult((), (), nothing.waiting)))
    else:
        await visit.show(visit.screens.news(outcome.inventory, outcome.result))


def setup() -> Router:
    router = Router(name="news")
    router.callback_query.register(look_back, Act.filter(F.do == Do.LOOK_BACK))
    return router
