"""A messenger in the same process that takes everything and answers at once."""

import json
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from itertools import count
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import AnswerCallbackQuery, EditMessageText, GetMe, SendMessage, TelegramMethod
from aiogram.types import InlineKeyboardMarkup

from tools.walk.stage import Hasty

Button = tuple[str, str]
"""A label and what a tap on it sends."""

_FIRST_MESSAGE = 100
_updates = count(1)
ME = {"id": 1000, "is_bot": True, "first_name": "Bot", "username": "bot"}


class Post(BaseSession):
    """`calls` counts by method, `changed` the screens that differ; `menus` has each chat's last keyboard.

    `on_answer` is called when a tap is answered, before anything is done about it. `clock`: what menus are
    paced by.

    Arguments are made ready for sending and answers are read as on the wire.
    """

    def __init__(self) -> None:
        super().__init__()
        self.calls: Counter[str] = Counter()
        self.changed = 0
        self.clock = Hasty()
        self.on_answer: Callable[[], None] = lambda: None
        self.menus: dict[int, tuple[int, list[Button]]] = {}
        self._texts: dict[int, tuple[str, str]] = {}
        self._messages = count(_FIRST_MESSAGE)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109, ARG002 - the signature is aiogram's
    ) -> Any:
        if isinstance(method, AnswerCallbackQuery):
            self.on_answer()
        self.calls[method.__api_method__] += 1
        sent = {
            name: self.prepare_value(value, bot, {})
            for name, value in method.model_dump(warnings=False).items()
        }
        if isinstance(method, GetMe):
            answer: Any = ME
        elif isinstance(method, SendMessage | EditMessageText):
            answer = self._shown(method, sent)
        else:
            answer = True
        return self.check_response(bot, method, 200, json.dumps({"ok": True, "result": answer})).result

    def _shown(self, method: SendMessage | EditMessageText, sent: dict[str, Any]) -> dict[str, Any]:
        chat_id = int(method.chat_id or 0)
        message_id = getattr(method, "message_id", None) or next(self._messages)
        look = (str(method.text), str(sent.get("reply_markup")))
        self.changed += self._texts.get(chat_id) != look
        self._texts[chat_id] = look
        if isinstance(method.reply_markup, InlineKeyboardMarkup):
            buttons = [
                (button.text, button.callback_data or "")
                for row in method.reply_markup.inline_keyboard
                for button in row
            ]
            self.menus[chat_id] = (message_id, buttons)
        chat = {"id": chat_id, "type": "private", "first_name": "Player"}
        return {"message_id": message_id, "date": 1, "chat": chat, "from": ME, "text": "A menu"}

    async def close(self) -> None:
        """Nothing is open."""

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""


def written(user_id: int, text: str) -> dict[str, Any]:
    """An update: the player writes."""
    return {"update_id": next(_updates), "message": {**_message(user_id, 1), "text": text}}


def tapped(user_id: int, message_id: int, data: str) -> dict[str, Any]:
    """An update: the player taps."""
    number = next(_updates)
    query = {
        "id": str(number),
        "from": _user(user_id),
        "chat_instance": "1",
        "message": {**_message(user_id, message_id), "text": "A menu"},
        "data": data,
    }
    return {"update_id": number, "callback_query": query}


def _message(user_id: int, message_id: int) -> dict[str, Any]:
    chat = {"id": user_id, "type": "private", "first_name": "Player"}
    return {"message_id": message_id, "date": 1, "chat": chat, "from": _user(user_id)}


def _user(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": "Player", "language_code": "en"}
