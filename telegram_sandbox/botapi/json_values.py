"""JSON whose types are not quite right, read as Telegram's server reads it.

There, a number serves where a string is wanted, at any depth, and a flag of an object is true or false, never
"true" or 1. Of a call itself every value is a text first, so that null is the word "null".
"""

import re
from collections.abc import Sequence
from functools import reduce
from typing import Any, TypeVar

import msgspec
from pydantic import BaseModel, ValidationError

from telegram_sandbox.errors import BadRequestError

Model = TypeVar("Model", bound=BaseModel)
NULL = "null"
_NO_MESSAGE = re.compile(r"0+|-\d+")


def validated(kind: type[Model], given: dict[str, Any]) -> Model:
    """Raises ValidationError, or BadRequestError for a flag."""
    try:
        made = kind.model_validate(given)
    except ValidationError as fault:
        places = [
            error["loc"]
            for error in fault.errors(include_url=False, include_context=False)
            if error["type"] == "string_type" and _is_writable(error["input"], error["loc"])
        ]
        if not places:
            raise
        made = kind.model_validate(reduce(_written_at, places, given))
    _check_flags(made, given, depth=0)
    return made


def _is_writable(value: Any, place: Sequence[int | str]) -> bool:
    return isinstance(value, int | float) and (not isinstance(value, bool) or len(place) == 1)


def _written_at(value: Any, place: Sequence[int | str]) -> Any:
    """A copy of `value` with the number at this place as text; parts that name a type lead nowhere."""
    if not place:
        return msgspec.json.encode(value).decode() if isinstance(value, int | float) else value
    first, *rest = place
    if isinstance(value, dict) and first in value:
        return value | {first: _written_at(value[first], rest)}
    if isinstance(value, list) and isinstance(first, int):
        return [*value[:first], _written_at(value[first], rest), *value[first + 1 :]]
    return _written_at(value, rest)


def _check_flags(made: Any, given: Any, depth: int) -> None:
    """What pydantic takes for a flag, Telegram does not, but of a call itself, where all is text."""
    if isinstance(made, BaseModel) and isinstance(given, dict):
        for name, value in given.items():
            read = getattr(made, name, None)
            if depth and isinstance(read, bool) and not isinstance(value, bool):
                raise BadRequestError(f'field "{name}" must be of type Boolean')
            _check_flags(read, value, depth + 1)
    elif isinstance(made, list) and isinstance(given, list):
        for read, value in zip(made, given, strict=True):
            _check_flags(read, value, depth)


def answers_nothing(reply: Any) -> bool:
    """An answer to no message is none: bots without an `if` send 0 or an empty object."""
    return isinstance(reply, dict) and (not reply or is_no_message(reply.get("message_id")))


def is_no_message(message_id: Any) -> bool:
    return isinstance(message_id, int | str) and bool(_NO_MESSAGE.fullmatch(str(message_id)))
