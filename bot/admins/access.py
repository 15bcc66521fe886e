"""Who may ask the core for what players may not."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, TypeVar

import structlog
from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.filters import CommandObject, Filter
from aiogram.types import CallbackQuery, InaccessibleMessage, Message

from apps.game_core.modules.admins.contracts import AdminContext, messenger_actor
from apps.game_core.system.core_router import CoreRouter
from bot.admins.signature import Signature

log = structlog.get_logger(__name__)

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Admins:
    """`ids` are users of the messenger."""

    router: CoreRouter
    ids: Collection[int]

    def may_ask_in(self, message: Message) -> bool:
        """Whether their commands exist where and for whom this was written."""
        user = message.from_user
        return user is not None and user.id in self.ids and message.chat.type == ChatType.PRIVATE

    async def ask(self, context: AdminContext[Any, R]) -> R:
        return await self.router.ask(context)


class TappedByAdmin(Filter):
    """Lets admins' taps in private chats through."""

    async def __call__(self, query: CallbackQuery, admins: Admins) -> bool:
        private = query.message is not None and query.message.chat.type == ChatType.PRIVATE
        return private and query.from_user.id in admins.ids


class FromAdmin(Filter):
    """Lets admins through; that somebody else tried is logged. Place it after the command's own filter."""

    async def __call__(self, message: Message, admins: Admins, command: CommandObject) -> bool:
        user = message.from_user
        if user is not None and user.id in admins.ids:
            return True
        log.warning("admin command from a player", user_id=user and user.id, command=command.command)
        return False


def signed(event: Message | CallbackQuery, bot: Bot) -> Signature:
    """Who asks, and an id that the same message has again when it is delivered again.

    A button that is tapped twice asks once.
    """
    user = event.from_user.id if event.from_user else 0
    if isinstance(event, Message):
        return {"actor": messenger_actor(user), "request_id": _request(bot, user, event)}
    what = blake2b((event.data or "").encode(), digest_size=4).hexdigest()
    return {"actor": messenger_actor(user), "request_id": f"{_request(bot, user, event.message)}:{what}"}


def _request(bot: Bot, user: int, message: Message | InaccessibleMessage | None) -> str:
    if message is None:
        return f"telegram:{bot.id}:{user}"
    sent = int(message.date.timestamp()) if isinstance(message, Message) else 0
    return f"telegram:{bot.id}:{message.chat.id}:{message.message_id}:{sent}"
