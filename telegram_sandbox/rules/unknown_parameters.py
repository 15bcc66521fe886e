"""Finds what a call carries beyond the parameters and fields that aiogram's classes know.

Telegram passes such names over, so a misspelt one is a bug that nobody sees.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel


def unknown_parameters(model: BaseModel) -> Iterator[str]:
    """Their paths, such as `reply_markup.inline_keyboard.0.0.stlye`."""
    for name in model.model_extra or ():
        yield name
    values = model.__dict__
    for name in model.model_fields_set:
        for path in _inside(values.get(name)):
            yield f"{name}.{path}"


def _inside(value: Any) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from unknown_parameters(value)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            for path in _inside(item):
                yield f"{index}.{path}"
