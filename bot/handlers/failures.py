"""What failed before any handler had its turn: logged, and the tap is answered all the same."""

import structlog
from aiogram import Bot, Router
from aiogram.types import ErrorEvent

from bot.endings import Ending, ends
from bot.outgoing.courtesies import Courtesies
from bot.views.screen import Notice
from bot.views.ui import Uis

log = structlog.get_logger(__name__)


async def failed(event: ErrorEvent, bot: Bot, uis: Uis, courtesies: Courtesies) -> bool:
    log.error("update failed", update_id=event.update.update_id, exc_info=event.exception)
    ends(Ending.FAILED)
    if query := event.update.callback_query:
        ui = uis.of(uis.translations.choose(query.from_user.language_code))
        courtesies.answer(bot, query, Notice(ui.notice("broken"), alert=True))
    return True


def setup() -> Router:
    router = Router(name="failures")
    router.errors.register(failed)
    return router
