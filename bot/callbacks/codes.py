"""Short forms of values, since a button holds 64 bytes."""

from functools import lru_cache
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import BeforeValidator, Field, PlainSerializer

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MOST = 2**63 - 1
_REMEMBERED = 4_096  # a screen's buttons have most of their numbers in common
_BYTES = 64
_BETWEEN = ":"


@lru_cache(_REMEMBERED)
def to_base36(number: int) -> str:
    """Raises ValueError for a negative number."""
    if number < 0:
        raise ValueError(number)
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def from_base36(text: object) -> object:
    """A number as `to_base36` writes it; anything else is left for the validator to refuse."""
    if isinstance(text, str) and text.isascii() and text.isalnum() and text == text.lower():
        return int(text, 36)
    return text


Base36 = Annotated[
    int, Field(ge=0, le=_MOST, strict=True), BeforeValidator(from_base36), PlainSerializer(to_base36)
]

Stamp = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{8}|[0-9A-Za-z_-]{9,19})$")]
"""Of the state of an inventory."""
OLD_STAMP = 8  # characters: buttons that the last release drew, and those of a view that nothing can change


def packed(data: CallbackData) -> str:
    """What `data.pack()` says of values as our buttons have them, in a fraction of its time.

    Raises ValueError where that does.
    """
    parts = [data.__prefix__, *map(_short, data.__dict__.values())]
    text = _BETWEEN.join(parts)
    if text.count(_BETWEEN) >= len(parts) or len(text.encode()) > _BYTES:
        raise ValueError(text)
    return text


def _short(value: str | int) -> str:  # a number, a flag, or text that may be an enumeration's
    if isinstance(value, str):
        return value
    return str(int(value)) if isinstance(value, bool) else to_base36(value)
