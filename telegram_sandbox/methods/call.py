from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.world.access import Access
from telegram_sandbox.world.model import Group, Message, Photo, User
from telegram_sandbox.world.world import World


@dataclass(frozen=True, slots=True)
class Call:
    world: World
    bot: Bot
    files: Mapping[str, bytes]

    def chat(self, chat_id: int | str | None, access: Access = Access.WRITE) -> User | Group:
        if chat_id is None or chat_id == "":
            raise BadRequestError("chat_id is empty")
        return self.world.chat_for(self.bot, chat_id, access)

    def own_message(self, method: Any) -> Message:
        """The bot's own message that `method` names by `chat_id` and `message_id`, ready to be edited."""
        if method.inline_message_id:
            raise BadRequestError("inline messages are known but not simulated by the sandbox")
        chat = self.chat(method.chat_id, Access.EDIT)
        if method.message_id is None:
            raise BadRequestError("message identifier is not specified")
        message = self.bot.message(chat.id, method.message_id)
        if message is None:
            raise BadRequestError("message to edit not found")
        if message.sender_id != self.bot.id or message.service:
            raise BadRequestError("message can't be edited")
        if message.reply_markup and not message.inline_keyboard:
            # Telegram edits no message that brought a keyboard of the other kind along.
            raise BadRequestError("message can't be edited")
        self.world.open_for_sending(self.bot, chat)
        return message

    def photo(self, given: str) -> Photo:
        """A photo uploaded with the call, or one sent earlier."""
        if given.startswith("attach://"):
            given = given.removeprefix("attach://")
        elif "://" in given:
            raise BadRequestError("photos by URL are known but not simulated by the sandbox")
        if given in self.files:
            return self.world.photos.put(self.files[given])
        return self.world.photos.get(given)


def parse_mode(value: Any) -> str | None:
    return value if isinstance(value, str) else None
