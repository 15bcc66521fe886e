"""Telegram's objects as they come out of a pickle: not validated, since we made what is put in, or saw it."""

from functools import cache
from typing import TypeVar

from aiogram import Bot
from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


def made(kind: type[M], bot: Bot | None = None, /, **values: object) -> M:
    """`bot`: whose it is, where it has come in."""
    new = kind.__new__(kind)
    new.__setstate__(
        {
            "__dict__": _defaults(kind) | values,
            "__pydantic_fields_set__": set(values),
            "__pydantic_extra__": {},
            "__pydantic_private__": {"_bot": bot},
        }
    )
    return new


@cache
def _defaults(kind: type[BaseModel]) -> dict[str, object]:
    fields = kind.model_fields.items()
    return {name: None if field.is_required() else field.default for name, field in fields}
