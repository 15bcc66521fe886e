"""Turns a given `reply_markup` into aiogram's classes, refusing it as Telegram words it."""

from typing import Any, TypeVar

from aiogram.types import ForceReply, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove
from pydantic import BaseModel, ValidationError

from telegram_sandbox.botapi.json_values import validated
from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.rules.json_fields import FieldError, required_text

Json = dict[str, Any]
Markup = TypeVar("Markup", bound=BaseModel)

_MARKUPS: dict[str, type[BaseModel]] = {
    "keyboard": ReplyKeyboardMarkup,
    "inline_keyboard": InlineKeyboardMarkup,
    "remove_keyboard": ReplyKeyboardRemove,
    "force_reply": ForceReply,
}
_GRIDS = frozenset({"inline_keyboard", "keyboard"})
_FLAGS = (
    "remove_keyboard",
    "selective",
    "force_reply",
    "resize_keyboard",
    "one_time_keyboard",
    "is_persistent",
)
_OF_ANY = frozenset({*_FLAGS, "input_field_placeholder"})
_READ_FIRST = {"icon_custom_emoji_id": "a Number", "style": "of type String"}
_ACTIONS_READ_IN_TURN = ("url", "callback_data")


def parse_markup(given: Any) -> BaseModel:
    """The markup of the first kind that asks for anything; an inline keyboard of no buttons if none does."""
    if not isinstance(given, dict):
        raise BadRequestError("object expected as reply markup")
    for name in _FLAGS:
        if name in given and not isinstance(given[name], bool):
            raise BadRequestError(f'field "{name}" must be of type Boolean')
    asking = [key for key, kind in _MARKUPS.items() if key in given and _asks(kind, key, given[key])]
    idle = _MARKUPS.keys() - asking
    rest = {name: value for name, value in given.items() if name not in idle}
    if not asking:
        of_others = {name: value for name, value in rest.items() if name not in _OF_ANY}
        return InlineKeyboardMarkup.model_validate({"inline_keyboard": [], **of_others})
    key, kind = asking[0], _MARKUPS[asking[0]]
    if key in _GRIDS:
        rest[key] = [[_button(kind, button) for button in row] for row in given[key]]
    return _described_as_button(kind, rest)


def _asks(kind: type[BaseModel], key: str, value: Any) -> bool:
    if key not in _GRIDS:
        return bool(value)
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise BadRequestError(f'field "{key}" of the {kind.__name__} must be an Array of Arrays')
    return any(value)


def _button(kind: type[BaseModel], given: Any) -> Any:
    """A button may be its text alone. `hide` is a mark of Telegraf's own that it sends along."""
    is_inline = kind is InlineKeyboardMarkup
    if isinstance(given, dict):
        _check_read(kind, given)
        return {name: value for name, value in given.items() if name != "hide"}
    if is_inline:
        raise _unreadable(kind, "InlineKeyboardButton must be an Object")
    if isinstance(given, str):
        return {"text": given}
    raise _unreadable(kind, "KeyboardButton must be a String or an Object")


def _check_read(kind: type[BaseModel], given: Json) -> None:
    """A text there must be. Where Telegram reads on, to what the button does, null is no value."""
    try:
        required_text(given, "text")
    except FieldError as fault:
        raise _unreadable(kind, str(fault)) from None
    for name, wanted in _READ_FIRST.items():
        if name in given and given[name] is None:
            raise _unreadable(kind, f'Field "{name}" must be {wanted}')
    for name in _ACTIONS_READ_IN_TURN if kind is InlineKeyboardMarkup else ():
        if name in given and given[name] is None:
            raise _unreadable(kind, f'Field "{name}" must be of type String')
        if given.get(name):
            return


def _described_as_button(kind: type[Markup], given: Json) -> Markup:
    try:
        return validated(kind, given)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _unreadable(kind, f"{first['msg']} at {where}") from None


def _unreadable(kind: type[BaseModel], reason: str) -> BadRequestError:
    what = "inline keyboard button" if kind is InlineKeyboardMarkup else "keyboard button"
    return BadRequestError(f"can't parse {what}: {reason}")
