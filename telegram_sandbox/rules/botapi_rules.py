"""Rules of the Bot API that aiogram's types do not hold, as pure functions.

The server and the unit-test bridge both use them, so both refuse what Telegram refuses.
Where Telegram is known to be lenient or its exact limit is not published, the stricter reading is taken.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from aiogram import methods
from aiogram.types import BotCommand, InputMediaPhoto, MessageEntity

from telegram_sandbox.errors import BadRequestError, UnknownParameterError
from telegram_sandbox.rules.given_entities import with_given_entities
from telegram_sandbox.rules.keyboards import inline_keyboard, reply_markup
from telegram_sandbox.rules.unknown_parameters import unknown_parameters
from telegram_sandbox.text.cleaning import cleaned
from telegram_sandbox.text.detected_entities import with_detected
from telegram_sandbox.text.formatted_text import (
    FormattedText,
    nested_rightly,
    trimmed,
    utf16_length,
)
from telegram_sandbox.text.html_entities import parse_html
from telegram_sandbox.text.markdown import parse_markdown
from telegram_sandbox.text.markdown_v2 import parse_markdown_v2

MAX_TEXT = 4096
MAX_TEXT_BYTES = 32_768
MAX_CAPTION = 1024
MAX_ANSWER = 200
MAX_ENTITIES = 100
MAX_COMMANDS = 100
MAX_COMMAND = 32
MAX_COMMAND_DESCRIPTION = 256
MAX_DELETED_AT_ONCE = 100
CHAT_ACTIONS = frozenset(
    f"{verb}_{what}"
    for verb, whats in {
        "upload": ("photo", "video", "voice", "audio", "document", "video_note"),
        "record": ("video", "voice", "audio", "video_note"),
        "choose": ("sticker",),
        "find": ("location",),
        "pick_up": ("location",),
    }.items()
    for what in whats
) | {"typing", "cancel"}

_COMMAND = re.compile(r"[a-z0-9_]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PARSERS = {"html": parse_html, "markdown": parse_markdown, "markdownv2": parse_markdown_v2}


def message_text(
    text: str | None, parse_mode: str | None = None, entities: Sequence[MessageEntity] | None = None
) -> FormattedText:
    if not text:
        raise BadRequestError("message text is empty")
    if len(text) > MAX_TEXT and len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        raise BadRequestError("text is too long")
    formatted = format_text(text, parse_mode, entities)
    if not formatted.text:
        raise BadRequestError("message text is empty")
    if utf16_length(formatted.text) > MAX_TEXT:
        raise BadRequestError("message is too long")
    return formatted


def caption_text(
    text: str | None, parse_mode: str | None = None, entities: Sequence[MessageEntity] | None = None
) -> FormattedText:
    formatted = format_text(text, parse_mode, entities) if text else FormattedText("")
    if utf16_length(formatted.text) > MAX_CAPTION:
        raise BadRequestError("message caption is too long")
    return formatted


def format_text(
    text: str, parse_mode: str | None, entities: Sequence[MessageEntity] | None = None
) -> FormattedText:
    """`text` as it will stand in the chat: parsed, cleaned, trimmed, with links and commands found."""
    mode = (parse_mode or "").lower()
    if parse := _PARSERS.get(mode):
        formatted = parse(cleaned(text))
    elif mode not in {"", "none"}:
        raise BadRequestError("unsupported parse_mode")
    else:
        formatted = with_given_entities(text, entities) if entities else FormattedText(cleaned(text))
    own = nested_rightly(list(formatted.entities))
    result = trimmed(FormattedText(formatted.text, tuple(own)))
    return with_detected(FormattedText(result.text, result.entities[:MAX_ENTITIES]))


def callback_answer(text: str | None) -> str | None:
    if text is not None and utf16_length(cleaned(text)) > MAX_ANSWER:
        raise BadRequestError("MESSAGE_TOO_LONG")
    return text or None


def bot_commands(commands: Sequence[BotCommand]) -> list[dict[str, str]]:
    kept = [_bot_command(command) for command in commands]
    if len(kept) > MAX_COMMANDS:
        raise BadRequestError("BOT_COMMANDS_TOO_MUCH")
    if not all(_COMMAND.fullmatch(command["command"]) for command in kept):
        raise BadRequestError("BOT_COMMAND_INVALID")
    return kept


def _bot_command(command: BotCommand) -> dict[str, str]:
    name = cleaned(command.command).strip(" \n").removeprefix("/")
    description = cleaned(command.description).strip(" \n")
    limits = (("command", name, MAX_COMMAND), ("command description", description, MAX_COMMAND_DESCRIPTION))
    for what, text, longest in limits:
        if not text:
            raise BadRequestError(f"{what} must be non-empty")
        if len(text) > longest:
            raise BadRequestError(f"{what} length must not exceed {longest}")
    return {"command": name, "description": description}


def secret_token(token: str | None) -> str | None:
    if token and not _SECRET.fullmatch(token):
        raise BadRequestError("secret token contains unallowed characters")
    return token or None


def chat_action(action: str) -> str:
    if action not in CHAT_ACTIONS:
        raise BadRequestError("wrong parameter action in request")
    return action


def message_ids(ids: Sequence[int]) -> Sequence[int]:
    if not ids:
        raise BadRequestError("message identifiers are not specified")
    if len(ids) > MAX_DELETED_AT_ONCE:
        raise BadRequestError("too many message identifiers specified")
    return ids


def only_known(method: methods.TelegramMethod[Any]) -> None:
    """Stricter than Telegram: a misspelt parameter is a bug that would stay hidden there."""
    for name in unknown_parameters(method):
        raise UnknownParameterError(method.__api_method__, name)


def check(method: methods.TelegramMethod[Any], parse_mode: str | None = None) -> None:
    """Raises what Telegram would answer to `method`, as far as its arguments alone can tell.

    `parse_mode` is the bot's default, used where the method does not name its own.
    """
    only_known(method)
    rule = next((_RULES[kind] for kind in type(method).__mro__ if kind in _RULES), None)
    if rule is not None:
        rule(method, parse_mode)


def _mode(value: Any, default: str | None) -> str | None:
    return value if value is None or isinstance(value, str) else default


def _check_send(method: methods.SendMessage, mode: str | None) -> None:
    message_text(method.text, _mode(method.parse_mode, mode), method.entities)
    reply_markup(method.reply_markup)


def _check_edit(method: methods.EditMessageText, mode: str | None) -> None:
    message_text(method.text, _mode(method.parse_mode, mode), method.entities)
    inline_keyboard(method.reply_markup)


def _check_photo(method: methods.SendPhoto, mode: str | None) -> None:
    caption_text(method.caption, _mode(method.parse_mode, mode), method.caption_entities)
    reply_markup(method.reply_markup)


def _check_media(method: methods.EditMessageMedia, mode: str | None) -> None:
    media = method.media
    if isinstance(media, InputMediaPhoto):
        caption_text(media.caption, _mode(media.parse_mode, mode), media.caption_entities)
    inline_keyboard(method.reply_markup)


_RULES: dict[type[methods.TelegramMethod[Any]], Callable[[Any, str | None], object]] = {
    methods.SendMessage: _check_send,
    methods.EditMessageText: _check_edit,
    methods.SendPhoto: _check_photo,
    methods.EditMessageMedia: _check_media,
    methods.EditMessageCaption: _check_photo,
    methods.EditMessageReplyMarkup: lambda method, _: inline_keyboard(method.reply_markup),
    methods.AnswerCallbackQuery: lambda method, _: callback_answer(method.text),
    methods.SetMyCommands: lambda method, _: bot_commands(method.commands),
    methods.SetWebhook: lambda method, _: secret_token(method.secret_token),
    methods.SendChatAction: lambda method, _: chat_action(method.action),
    methods.DeleteMessages: lambda method, _: message_ids(method.message_ids),
}
