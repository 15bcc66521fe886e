"""Looking into the codex."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.game_core.modules.codex.contracts import ViewCodex
from bot.callbacks.buttons import Open, ScreenName
from bot.players.visit import Visit
from bot.views.screen import Notice


async def open_cover(_: CallbackQuery, visit: Visit) -> None:
    codex = await visit.router.ask(ViewCodex(visit.char_id))
    await visit.show(visit.screens.codex.cover(codex))


async def open_chapter(_: CallbackQuery, callback_data: Open, visit: Visit) -> None:
    codex = await visit.router.ask(ViewCodex(visit.char_id))
    await visit.show(visit.screens.codex.chapter(codex, callback_data.chapter, callback_data.page))


async def open_kind(_: CallbackQuery, callback_data: Open, visit: Visit) -> None:
    codex = await visit.router.ask(ViewCodex(visit.char_id))
    screen = visit.screens.codex.kind(codex, callback_data.kind, callback_data.page)
    if screen is None:
        await visit.show(visit.screens.codex.cover(codex), Notice(visit.ui.notice("outdated")))
    else:
        await visit.show(screen)


def setup() -> Router:
    router = Router(name="codex")
    router.callback_query.register(open_cover, Open.filter(F.screen == ScreenName.CODEX))
    router.callback_query.register(open_chapter, Open.filter(F.screen == ScreenName.CHAPTER))
    router.callback_query.register(open_kind, Open.filter(F.screen == ScreenName.KIND))
    return router
