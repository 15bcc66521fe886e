"""Fields of JSON objects, read as Telegram's server reads them: numbers may be texts, and texts numbers."""

import re
from collections.abc import Callable
from typing import Any

from telegram_sandbox.errors import BadRequestError

Json = dict[str, Any]

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}", re.ASCII)


class FieldError(ValueError):
    """What is wrong with a field, in Telegram's words."""


def parsed(kind: str, read: Callable[[Any], Json], given: Any) -> Json:
    """What `read` makes of an object of that kind. Raises BadRequestError where a field is wrong."""
    try:
        return read(given)
    except FieldError as fault:
        raise BadRequestError(f"can't parse {kind}: {fault}") from None


def required_int(given: Json, name: str, bits: int = 32) -> int:
    if name not in given:
        raise FieldError(f'Can\'t find field "{name}"')
    value = given[name]
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise FieldError(f'Field "{name}" must be a Number')
    number = int(value) if _WHOLE.fullmatch(str(value)) else None
    if number is None or not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        raise FieldError(f'Field "{name}" must be a valid Number')
    return number


def required_text(given: Json, name: str) -> str:
    if name not in given:
        raise FieldError(f'Can\'t find field "{name}"')
    return optional_text(given, name)


def optional_text(given: Json, name: str) -> str:
    """Empty where there is none."""
    value = given.get(name, "")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise FieldError(f'Field "{name}" must be of type String')
    return str(value)


def required_object(given: Json, name: str) -> Json:
    if name not in given:
        raise FieldError(f'Can\'t find field "{name}"')
    value = given[name]
    if not isinstance(value, dict):
        raise FieldError(f'Field "{name}" must be of type Object')
    return value
