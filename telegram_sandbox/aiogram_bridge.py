"""Makes aiogram-tests 1.0.3 work on aiogram 3.31; import it before `aiogram_tests`.

Handlers then meet a bot that records typed calls, answers like Telegram, refuses what Telegram refuses and
can be scripted: `handler.bot.add_result_for(EditMessageText, ok=False, error_code=400, description="…")`.
"""

import sys
from collections import defaultdict, deque
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import aiogram.types
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Request
from aiogram.types import Chat, InlineKeyboardMarkup, Message, User
from aiogram.types.base import UNSET

from telegram_sandbox.errors import BotApiError
from telegram_sandbox.rules import botapi_rules

Payload = dict[str, Any]
FIRST_MESSAGE_ID = 1000


class RecordingSession(BaseSession):
    """Takes the place of the network: every call is kept, checked and answered on the spot."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: deque[Request] = deque()
        self.methods: list[TelegramMethod[Any]] = []
        self.scripted: dict[str, deque[Payload]] = defaultdict(deque)
        self._last_message_id = FIRST_MESSAGE_ID

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109, ARG002  # the signature is aiogram's
    ) -> Any:
        data = {name: _resolved(bot, getattr(method, name)) for name in type(method).model_fields}
        self.methods.append(method)
        self.requests.append(Request(method=method.__api_method__, data=data, files=None))
        scripted = self.scripted[method.__api_method__]
        payload = scripted.popleft() if scripted else self._own_answer(bot, method, data)
        content = self.json_dumps(payload)
        return self.check_response(bot, method, payload.get("error_code", 200), content).result

    def _own_answer(self, bot: Bot, method: TelegramMethod[Any], data: Payload) -> Payload:
        try:
            botapi_rules.check(method, bot.default.parse_mode)
        except BotApiError as refusal:
            return {"ok": False, "error_code": refusal.code, "description": refusal.description}
        return {"ok": True, "result": self._result(bot, method, data)}

    def _result(self, bot: Bot, method: TelegramMethod[Any], data: Payload) -> Any:
        returned = method.__returning__
        if returned is User:
            return _dumped(_itself(bot))
        if returned is Message or Message in getattr(returned, "__args__", ()):
            return _dumped(self._message(bot, data))
        return True

    def _message(self, bot: Bot, data: Payload) -> Message:
        if not data.get("message_id"):
            self._last_message_id += 1
        markup = data.get("reply_markup")
        chat_id = int(data.get("chat_id") or 0)
        return Message(
            message_id=data.get("message_id") or self._last_message_id,
            date=datetime.now(UTC),
            chat=Chat(id=chat_id, type="private" if chat_id > 0 else "group"),
            from_user=_itself(bot),
            reply_markup=markup if isinstance(markup, InlineKeyboardMarkup) else None,
            **_content(data),
        )

    async def close(self) -> None:
        pass

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""


class RecordingBot(Bot):
    session: RecordingSession

    def __init__(self, token: str = "42:TEST", **kwargs: Any) -> None:  # noqa: S107 - nobody's token
        super().__init__(token, session=RecordingSession(), **kwargs)
        self.me_user = User(id=self.id, is_bot=True, first_name="Bot", username="bot")
        self._me = self.me_user

    def add_result_for(
        self,
        method: type[TelegramMethod[Any]],
        ok: bool,
        result: Any = None,
        description: str | None = None,
        error_code: int = 200,
        **parameters: int,
    ) -> None:
        """Scripts the next answer to `method`, first in first out; afterwards the bot answers by itself."""
        scripted = {"ok": ok, "result": _dumped(result), "description": description}
        payload = {**scripted, "error_code": error_code, "parameters": parameters}
        self.session.scripted[method.__api_method__].append(payload)

    def calls(self, method: type[TelegramMethod[Any]]) -> list[Any]:
        """The recorded calls of one kind, typed, oldest first."""
        return [call for call in self.session.methods if isinstance(call, method)]


def _itself(bot: Bot) -> User | None:
    return bot._me  # noqa: SLF001 - aiogram only tells it by a call


def _resolved(bot: Bot, value: Any) -> Any:
    return bot.default[value.name] if isinstance(value, Default) else value


def _content(data: Payload) -> Payload:
    text = data.get("text")
    if not text:
        return {"caption": data.get("caption")}
    formatted = botapi_rules.message_text(text, data.get("parse_mode"), data.get("entities"))
    return {"text": formatted.text, "entities": list(formatted.entities) or None}


def _dumped(value: Any) -> Any:
    if not isinstance(value, aiogram.types.TelegramObject):
        return value
    dumped = value.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(value, Message):
        dumped["date"] = int(value.date.timestamp())
    return dumped


class _Helper:
    """Stands for aiogram 2's `Helper`, which aiogram-tests only asks for its upper-case names."""

    @classmethod
    def all(cls) -> list[str]:
        return [name for name in dir(cls) if name.isupper()]


class _Item:
    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type) -> str:
        return self._name


def _supply_removed_names() -> None:
    helper = ModuleType("aiogram.utils.helper")
    vars(helper).update(Helper=_Helper, Item=_Item)
    sys.modules.setdefault("aiogram.utils.helper", helper)
    if not hasattr(aiogram.types, "UNSET"):
        vars(aiogram.types)["UNSET"] = UNSET


def _install() -> None:
    """Puts the recording bot in, and takes the context variables out, that aiogram 3 no longer has."""
    _supply_removed_names()
    from aiogram_tests.handler import base  # noqa: PLC0415  # only importable now
    from aiogram_tests.types import dataset  # noqa: PLC0415

    base.MockedBot = RecordingBot
    base.Bot = base.User = base.Chat = SimpleNamespace(set_current=lambda _: None)
    dataset.CALLBACK_QUERY.data.update(id="12345678", message=dataset.MESSAGE)


_install()
