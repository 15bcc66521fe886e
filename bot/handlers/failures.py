"""What failed before any handler had its turn: logged, and the tap is answered all the same."""

import structlog
from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.types import ErrorEvent

from bot.views.ui import Uis

log = structlog.get_logger(__name__)


async def failed(event: ErrorEvent, bot: Bot, uis: Uis) -> bool:
    log.error("update failed", update_id=event.update.update_id, exc_info=event.exception)
    query = event.update.callback_query
    if query is not None:
        ui = uis.of(uis.translations.choose(query.from_user.language_code))
        try:
            await bot.answer_callback_query(query.id, text=ui.notice("broken"), show_alert=True)
        except TelegramAPIError as error:
            log.warning("tap not answered", error=str(error))
    return True


def setup() -> Router:
    router = Router(name="failures")
    router.errors.register(failed)
    return router
