"""Turns arguments into a call of one of aiogram's own method classes."""

import inspect
import logging
from collections.abc import Collection
from functools import cache
from typing import Any, get_args

import msgspec
from aiogram import methods
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, InputFile, ReplyKeyboardMarkup
from pydantic import BaseModel, ValidationError

from telegram_sandbox.botapi.command_parsing import with_commands_read
from telegram_sandbox.botapi.entity_parsing import ENTITIES, with_entities_read
from telegram_sandbox.botapi.json_values import NULL, answers_nothing, is_no_message, validated
from telegram_sandbox.botapi.markup_parsing import parse_markup
from telegram_sandbox.botapi.request_reading import Arguments
from telegram_sandbox.bots.callbacks import TOO_OLD
from telegram_sandbox.errors import (
    BadRequestError,
    BotApiError,
    MethodNotFoundError,
    UnknownParameterError,
)
from telegram_sandbox.rules.unknown_parameters import unknown_parameters

Method = TelegramMethod[Any]

_BY_NAME: dict[str, type[Method]] = {
    cls.__api_method__.lower(): cls
    for cls in vars(methods).values()
    if inspect.isclass(cls) and issubclass(cls, TelegramMethod) and cls is not TelegramMethod
}
_MISTYPED = {
    "chat_id": "chat not found",
    "message_id": "message identifier is not specified",
    "callback_query_id": TOO_OLD,
}
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "callback_query_id": TOO_OLD,
    "latitude": "latitude is empty",
    "longitude": "longitude is empty",
    "photo": "there is no photo in the request",
}
_EMPTY: dict[str, dict[str, Any]] = {"setWebhook": {"url": ""}, "setMyCommands": {"commands": []}}
"""What may be left out at Telegram, though aiogram does not think so."""
_NAMED = {"reply_markup": "reply keyboard markup", "scope": "BotCommandScope"}
_NEVER_NULL = {
    "reply_markup": "reply markup",
    "reply_parameters": "reply parameters",
    "link_preview_options": "link preview options",
}

log = logging.getLogger(__name__)


def method_class(name: str) -> type[Method]:
    """Method names are case-insensitive, as at Telegram."""
    found = _BY_NAME.get(name.lower())
    if found is None:
        raise MethodNotFoundError("method not found")
    return found


def build_method(
    cls: type[Method], arguments: Arguments, files: Collection[str] = (), *, lenient: bool = False
) -> Method:
    """The method with typed arguments; JSON inside form fields is decoded first."""
    known = {name: value for name, value in arguments.items() if name in cls.model_fields}
    unknown = [
        name
        for name in arguments
        if name not in known and not _is_attached(name, known, files) and not _is_method(cls, name, arguments)
    ]
    if unknown and not lenient:
        raise UnknownParameterError(cls.__api_method__, unknown[0])
    method = _validated(cls, known)
    unknown += unknown_parameters(method)
    if unknown and not lenient:
        raise UnknownParameterError(cls.__api_method__, unknown[0])
    if unknown:
        log.info("passed over what %s does not know: %s", cls.__api_method__, ", ".join(unknown))
    return method


def _is_attached(name: str, known: Arguments, files: Collection[str]) -> bool:
    """Whether the part is a file that a parameter speaks of: its own name is no parameter then."""
    return name in files and any(f"attach://{name}" in str(value) for value in known.values())


def _is_method(cls: type[Method], name: str, arguments: Arguments) -> bool:
    """Whether the call names its method once more, as Telegraf's uploads do; Telegram knows the parameter."""
    return name == "method" and str(arguments[name]).lower() == cls.__api_method__.lower()


def _without_nulls(cls: type[Method], known: Arguments) -> Arguments:
    """For Telegram null is a word like any other: one that is no object, no number and not true."""
    for name, what in _NEVER_NULL.items():
        if name in known and known[name] is None:
            raise BadRequestError(f"object expected as {what}")
    texts = _text_fields(cls)
    return {
        name: NULL if value is None else value
        for name, value in known.items()
        if value is not None or name in texts
    }


def _fitting(cls: type[Method], markup: BaseModel) -> BaseModel:
    """Edits take inline keyboards alone."""
    if not isinstance(markup, InlineKeyboardMarkup) and ReplyKeyboardMarkup not in _parts(
        cls, "reply_markup"
    ):
        raise BadRequestError("inline keyboard expected")
    return markup


def _validated(cls: type[Method], known: Arguments) -> Method:
    nested = _nested_fields(cls)
    values = _EMPTY.get(cls.__api_method__, {}) | {
        name: _decoded(name, value) if isinstance(value, str) and name in nested else value
        for name, value in _without_nulls(cls, known).items()
    }
    if answers_nothing(values.get("reply_parameters")):
        del values["reply_parameters"]
    if is_no_message(values.get("reply_to_message_id")):
        del values["reply_to_message_id"]
    values |= {name: BufferedInputFile(b"", name) for name in _file_fields(cls) & values.keys()}
    values = with_commands_read(with_entities_read(values))
    try:
        if "reply_markup" in values:
            values["reply_markup"] = _fitting(cls, parse_markup(values["reply_markup"]))
        return validated(cls, values)
    except ValidationError as fault:
        raise _described(fault) from None


@cache
def _parts(cls: type[Method], name: str) -> tuple[Any, ...]:
    return get_args(cls.model_fields[name].annotation)


@cache
def _text_fields(cls: type[Method]) -> frozenset[str]:
    return frozenset(
        name
        for name, field in cls.model_fields.items()
        if str in get_args(field.annotation) or field.annotation is str
    )


@cache
def _file_fields(cls: type[Method]) -> frozenset[str]:
    """Those that are files and nothing else; what is in them is no matter of the types."""
    return frozenset(
        name
        for name, field in cls.model_fields.items()
        if InputFile in get_args(field.annotation) and name not in _text_fields(cls)
    )


@cache
def _nested_fields(cls: type[Method]) -> frozenset[str]:
    return frozenset(name for name, field in cls.model_fields.items() if _is_nested(field.annotation))


def _is_nested(annotation: Any) -> bool:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return True
    if getattr(annotation, "__origin__", None) is list:
        return True
    return any(_is_nested(part) for part in get_args(annotation))


def _decoded(name: str, value: str) -> Any:
    try:
        return msgspec.json.decode(value)
    except (ValueError, RecursionError):
        if name in ENTITIES:
            return None
        raise BadRequestError(f"can't parse {_NAMED.get(name, name)} JSON object") from None


def _described(fault: ValidationError) -> BotApiError:
    first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
    field, *path = (str(part) for part in first["loc"]) if first["loc"] else ("request",)
    if first["type"] == "missing" and not path:
        return BadRequestError(_MISSING.get(field, f'parameter "{field}" is required'))
    if field in _MISTYPED:
        return BadRequestError(_MISTYPED[field])
    if field == "reply_markup":
        return BadRequestError(f"can't parse reply markup: {first['msg']} at {'.'.join(path)}")
    return BadRequestError(f"can't parse {field}: {first['msg']}" + (f" at {'.'.join(path)}" if path else ""))
