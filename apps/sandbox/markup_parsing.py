"""Turns a given `reply_markup` into aiogram's classes, refusing it as Telegram words it."""

from typing import Any, TypeVar

from aiogram.types import ForceReply, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove
from pydantic import BaseModel, ValidationError

from apps.sandbox.errors import BadRequestError
from apps.sandbox.json_values import validated

Json = dict[str, Any]
Markup = TypeVar("Markup", bound=BaseModel)

_MARKUPS: dict[str, type[BaseModel]] = {
    "inline_keyboard": InlineKeyboardMarkup,
    "keyboard": ReplyKeyboardMarkup,
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
_READ_FIRST = {"text": "of type String", "icon_custom_emoji_id": "a Number", "style": "of type String"}
_ACTIONS_READ_IN_TURN = ("url", "callback_data")


def parse_markup(given: Any) -> Any:
    """The markup the key says it is: left alone, a broken one would pass as another, laxer kind."""
    if not isinstance(given, dict):
        raise BadRequestError("object expected as reply markup")
    for name in _FLAGS:
        if name in given and not isinstance(given[name], bool):
            raise BadRequestError(f'field "{name}" must be of type Boolean')
    for key, kind in _MARKUPS.items():
        if key in given:
            rows = given[key]
            is_grid = isinstance(rows, list) and all(isinstance(row, list) for row in rows)
            if key in _GRIDS and not is_grid:
                raise BadRequestError(f'field "{key}" of the {kind.__name__} must be an Array of Arrays')
            if key in _GRIDS:
                given = given | {key: [[_button(kind, button) for button in row] for row in rows]}
            return _described_as_button(kind, given)
    return given


def _button(kind: type[BaseModel], given: Any) -> Any:
    """A button may be its text alone. `hide` is a mark of Telegraf's own that it sends along."""
    is_inline = kind is InlineKeyboardMarkup
    if isinstance(given, dict):
        _refuse_nulls(kind, given)
        return {name: value for name, value in given.items() if name != "hide"}
    if is_inline:
        raise _unreadable(kind, "InlineKeyboardButton must be an Object")
    if isinstance(given, str):
        return {"text": given}
    raise _unreadable(kind, "KeyboardButton must be a String or an Object")


def _refuse_nulls(kind: type[BaseModel], given: Json) -> None:
    """Where Telegram reads a field, null is no value; it reads no further than to what the button does."""
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
