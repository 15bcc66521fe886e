"""Turns a given `reply_markup` into aiogram's classes, refusing it as Telegram words it."""

from typing import Any

from aiogram.types import ForceReply, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove
from pydantic import BaseModel, ValidationError

from apps.sandbox.errors import BadRequestError

_MARKUPS: dict[str, type[BaseModel]] = {
    "inline_keyboard": InlineKeyboardMarkup,
    "keyboard": ReplyKeyboardMarkup,
    "remove_keyboard": ReplyKeyboardRemove,
    "force_reply": ForceReply,
}
_GRIDS = frozenset({"inline_keyboard", "keyboard"})


def parse_markup(given: Any) -> Any:
    """The markup the key says it is: left alone, a broken one would pass as another, laxer kind."""
    if not isinstance(given, dict):
        raise BadRequestError("object expected as reply markup")
    for key, kind in _MARKUPS.items():
        if key in given:
            rows = given[key]
            is_grid = isinstance(rows, list) and all(isinstance(row, list) for row in rows)
            if key in _GRIDS and not is_grid:
                raise BadRequestError(f'field "{key}" of the {kind.__name__} must be an Array of Arrays')
            if key in _GRIDS:
                given = given | {key: [[_button(button) for button in row] for row in rows]}
            return _described_as_button(kind, given)
    return given


def _button(given: Any) -> Any:
    """A button may be its text alone. `hide` is a mark of Telegraf's own that it sends along."""
    if isinstance(given, str):
        return {"text": given}
    if isinstance(given, dict):
        return {name: value for name, value in given.items() if name != "hide"}
    return given


def _described_as_button(kind: type[BaseModel], given: Any) -> BaseModel:
    try:
        return kind.model_validate(given)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        what = "inline keyboard button" if kind is InlineKeyboardMarkup else "keyboard button"
        raise BadRequestError(f"can't parse {what}: {first['msg']} at {where}") from None
