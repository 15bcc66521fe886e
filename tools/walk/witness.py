"""Sees every call of the Bot API and every log line, and notes what must not be."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InlineKeyboardMarkup, Message

from tools.walk.trail import Trail, current

MOST_LETTERS = 4096
MOST_BYTES = 64
MOST_COLUMNS = 8
MOST_ROWS = 12
# What a healthy bot may hear of old messages, doubled updates and screens that look the same.
_ORDINARY = (
    "message is not modified",
    "message to edit not found",
    "message to delete not found",
    "query is too old",
)


Button = tuple[int, str]
"""The id of the message it is on, and its data."""


@dataclass(slots=True)
class Witness(BaseRequestMiddleware):
    """`loose` gets what belongs to no walk. While a process is being killed it is `deaf`.

    By chat: `shown` has every button that was ever shown, `latest` the id of the last message that was sent.
    """

    loose: Trail
    deaf: bool = False
    shown: defaultdict[int, dict[Button, None]] = field(default_factory=lambda: defaultdict(dict))
    latest: Counter[int] = field(default_factory=Counter)

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        for fault in faults(getattr(method, "reply_markup", None)):
            self._found(f"{method.__api_method__}: {fault}")
        try:
            result: Any = await make_request(bot, method)
        except TelegramAPIError as error:
            if not any(each in str(error).lower() for each in _ORDINARY):
                self._found(f"{method.__api_method__} was refused: {error}")
            raise
        if isinstance(result, Message):
            self._remember(result)
        return result  # type: ignore[no-any-return]  # aiogram's own annotation is not what it returns

    def _remember(self, message: Message) -> None:
        if len((message.text or "").encode("utf-16-le")) // 2 > MOST_LETTERS:
            self._found(f"a message of {len(message.text or '')} letters")
        self.latest[message.chat.id] = max(self.latest[message.chat.id], message.message_id)
        rows = message.reply_markup.inline_keyboard if message.reply_markup else []
        for button in (button for row in rows for button in row):
            if button.callback_data:
                self.shown[message.chat.id][message.message_id, button.callback_data] = None

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear what is logged: warnings while updates are handled, errors at any time."""
        processors: list[Any] = structlog.get_config()["processors"]
        kept, ear = processors.copy(), _Ear(self)
        processors[:] = [structlog.processors.format_exc_info, self._hear]
        logging.getLogger().addHandler(ear)
        try:
            yield
        finally:
            processors[:] = kept
            logging.getLogger().removeHandler(ear)

    def _hear(self, _: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if method in {"error", "exception", "critical"} or (method == "warning" and current()):
            self._found(f"logged as {method}: {dict(event)}")
        raise structlog.DropEvent

    def _found(self, what: str) -> None:
        if not self.deaf:
            (current() or self.loose).found(what)

    def hear_record(self, record: logging.LogRecord) -> None:
        self._found(f"logged by {record.name}: {record.getMessage()}")


def faults(markup: object) -> Iterator[str]:
    """What is too big about a keyboard."""
    rows = markup.inline_keyboard if isinstance(markup, InlineKeyboardMarkup) else []
    if len(rows) > MOST_ROWS:
        yield f"a keyboard of {len(rows)} rows"
    for row in rows:
        if len(row) > MOST_COLUMNS:
            yield f"a row of {len(row)} buttons"
        for button in row:
            if len((button.callback_data or "").encode()) > MOST_BYTES:
                yield f"callback data {button.callback_data!r}"


class _Ear(logging.Handler):
    def __init__(self, witness: Witness) -> None:
        super().__init__(logging.WARNING)
        self._witness = witness

    def emit(self, record: logging.LogRecord) -> None:
        self._witness.hear_record(record)
