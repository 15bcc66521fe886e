"""Taps as the messenger words nearly all of them, read past the validators of all that messages may have.

What is described here is all that such a tap may have. With another field, or a value of another type, it is
for aiogram to read or to refuse.
"""

from datetime import UTC, datetime
from typing import Annotated

from aiogram import Bot
from aiogram.types import (
    CallbackQuery,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    Update,
    User,
)
from msgspec import DecodeError, Meta, Struct, field
from msgspec.json import Decoder
from msgspec.structs import asdict

from bot.unchecked import made

# Messages that we may not see have 0, and what is larger is taken for milliseconds.
_Moment = Annotated[int, Meta(ge=1, le=20_000_000_000)]


class _Part(Struct, forbid_unknown_fields=True, gc=False):
    """Has fields as aiogram's type has them."""


class _User(_Part):
    id: int
    is_bot: bool
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_premium: bool | None = None
    added_to_attachment_menu: bool | None = None


class _Chat(_Part):
    id: int
    type: str
    title: str | None = None
    username: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    is_forum: bool | None = None


class _Entity(_Part):
    type: str
    offset: int
    length: int
    url: str | None = None
    custom_emoji_id: str | None = None


class _Button(_Part):
    text: str
    callback_data: str | None = None
    url: str | None = None
    style: str | None = None
    icon_custom_emoji_id: str | None = None


class _Keyboard(_Part):
    inline_keyboard: list[list[_Button]]


class _Preview(_Part):
    is_disabled: bool


class _Message(_Part):
    message_id: int
    date: _Moment
    chat: _Chat
    from_user: _User = field(name="from")
    edit_date: int | None = None
    message_thread_id: int | None = None
    is_topic_message: bool | None = None
    text: str | None = None
    entities: list[_Entity] | None = None
    link_preview_options: _Preview | None = None
    reply_markup: _Keyboard | None = None


class _Query(_Part):
    id: str
    from_user: _User = field(name="from")
    message: _Message
    chat_instance: str
    data: str


class _Tap(_Part):
    update_id: int
    callback_query: _Query


_read = Decoder(_Tap).decode


def plain_tap(body: bytes, bot: Bot) -> Update | None:
    """The update if it is such a tap, as aiogram would read it."""
    try:
        tap = _read(body)
    except (DecodeError, UnicodeDecodeError):
        return None
    query = tap.callback_query
    read = asdict(query) | {
        "from_user": made(User, bot, **asdict(query.from_user)),
        "message": _message(query.message, bot),
    }
    return made(Update, bot, update_id=tap.update_id, callback_query=made(CallbackQuery, bot, **read))


def _message(told: _Message, bot: Bot) -> Message:
    read = asdict(told) | {
        "date": datetime.fromtimestamp(told.date, UTC),
        "chat": made(Chat, bot, **asdict(told.chat)),
        "from_user": made(User, bot, **asdict(told.from_user)),
    }
    if told.entities:
        read["entities"] = [made(MessageEntity, bot, **asdict(each)) for each in told.entities]
    if told.link_preview_options:
        read["link_preview_options"] = made(LinkPreviewOptions, bot, **asdict(told.link_preview_options))
    if told.reply_markup:
        read["reply_markup"] = _keyboard(told.reply_markup, bot)
    return made(Message, bot, **read)


def _keyboard(told: _Keyboard, bot: Bot) -> InlineKeyboardMarkup:
    rows = [[made(InlineKeyboardButton, bot, **asdict(each)) for each in row] for row in told.inline_keyboard]
    return made(InlineKeyboardMarkup, bot, inline_keyboard=rows)
