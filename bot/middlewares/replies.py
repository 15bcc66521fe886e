"""Every tap is answered: refusals with a reason and the current state, failures with an apology."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.types import TelegramObject

from apps.game_core.modules.inventory.errors import InventoryError, OperationRefusedError
from bot.views.refusals import refusal
from bot.views.screen import Notice
from bot.visit import Visit

log = structlog.get_logger(__name__)

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class ReplyMiddleware(BaseMiddleware):
    """Lets no exception out: an update that failed here would only fail again."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        visit: Visit = data["visit"]
        try:
            return await handler(event, data)
        except OperationRefusedError as error:
            inventory = await visit.gateway.open(visit.char_id)
            await visit.show(visit.screens.main(inventory), refusal(visit.ui, error))
        except InventoryError as error:
            log.warning("inventory error", error=repr(error), char_id=visit.char_id)
            await _say(visit, refusal(visit.ui, error))
        except Exception:
            log.exception("handler failed", char_id=visit.char_id)
            await _say(visit, Notice(visit.ui.notice("broken"), alert=True))
        finally:
            await visit.menu.answer()
        return None


async def _say(visit: Visit, notice: Notice) -> None:
    if visit.menu.query is not None:
        await visit.menu.answer(notice)
    else:
        await visit.menu.bot.send_message(visit.menu.chat_id, notice.text, parse_mode=None)
