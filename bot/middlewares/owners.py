"""A menu answers to the player it was drawn for, and to nobody else."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject

from bot.endings import Ending, ends
from bot.players.visit import Visit
from bot.views.screen import Notice

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class OwnerMiddleware(BaseMiddleware):
    """Wraps handlers of callback queries: a bystander's tap gets an alert and changes nothing."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        visit: Visit = data["visit"]
        owner = getattr(data.get("callback_data"), "owner", visit.player.user_id)
        if owner != visit.player.user_id:
            ends(Ending.REFUSED)
            await visit.menu.answer(Notice(visit.ui.notice("not_yours"), alert=True))
            return None
        return await handler(event, data)
