"""Short forms of values, since a button holds 64 bytes."""

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MOST = 2**63 - 1


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
    int, BeforeValidator(from_base36), Field(ge=0, le=_MOST, strict=True), PlainSerializer(to_base36)
]
