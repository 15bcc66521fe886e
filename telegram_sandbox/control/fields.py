"""Reads the fields of a control call, whatever is wrong refused by name, and writes its answer."""

import json
import re
from typing import Any

from aiohttp import web

from telegram_sandbox.doors.listening import arriving
from telegram_sandbox.errors import ControlError

Body = dict[str, Any]
LARGEST_ID = 2**52
LARGEST_BODY = 2**20


async def read_body(request: web.Request, *fields: str) -> Body:
    """The body, which has no fields but these and `bot`."""
    try:
        body = json.loads(await _bytes(request) or b"{}")
    except web.HTTPRequestEntityTooLarge:
        raise ControlError("the body is too large", status=413) from None
    except (ValueError, RecursionError):
        raise ControlError("the body must be JSON") from None
    if not isinstance(body, dict):
        raise ControlError("the body must be a JSON object")
    known = (*fields, "bot")
    for field in body:
        if field not in known:
            raise ControlError(f"is unknown; there are: {', '.join(known)}", field=field)
    return body


async def _bytes(request: web.Request) -> bytes:
    size = request.content_length or 0
    if size > LARGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, size)
    async with arriving(request):
        return await request.clone(client_max_size=LARGEST_BODY).read()


def integer(body: Body, field: str, *, low: int = -LARGEST_ID, high: int = LARGEST_ID) -> int:
    value = _given(body, field)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ControlError(f"must be an integer from {low} to {high}", field=field)
    return value


def optional_integer(body: Body, field: str) -> int | None:
    return None if body.get(field) is None else integer(body, field)


def number(body: Body, field: str, default: float | None, high: float, low: float = 0) -> float:
    value = _given(body, field) if default is None else body.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ControlError(f"must be a number from {low:g} to {high:g}", field=field)
    return float(value)


def text(body: Body, field: str, *, longest: int, default: str | None = None) -> str:
    value = body.get(field, default) if default is not None else _given(body, field)
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise ControlError(f"must be a string of 1 to {longest} characters", field=field)
    return as_unicode(value)


def optional_text(
    body: Body, field: str, *, longest: int, pattern: re.Pattern[str] | None = None
) -> str | None:
    if body.get(field) is None:
        return None
    value = text(body, field, longest=longest)
    if pattern and not pattern.fullmatch(value):
        raise ControlError(f"must match {pattern.pattern}", field=field)
    return value


def as_unicode(value: str) -> str:
    """Half surrogate pairs, which no client can send, become replacement characters."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def flag(body: Body, field: str) -> bool:
    value = body.get(field, False)
    if not isinstance(value, bool):
        raise ControlError("must be true or false", field=field)
    return value


def integers(body: Body, field: str, *, most: int) -> list[int]:
    value = _given(body, field)
    if not isinstance(value, list) or len(value) > most:
        raise ControlError(f"must be a list of at most {most} integers", field=field)
    return list(dict.fromkeys(integer({field: item}, field) for item in value))


def path_integer(request: web.Request, field: str) -> int:
    return _parsed(request.match_info[field], field)


def query_integer(request: web.Request, field: str) -> int | None:
    value = request.query.get(field)
    return None if value is None else _parsed(value, field)


def _parsed(value: str, field: str) -> int:
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(LARGEST_ID))):
        raise ControlError("must be an integer", field=field)
    return int(value)


def _given(body: Body, field: str) -> Any:
    if field not in body:
        raise ControlError("is missing", field=field)
    return body[field]


def reply(payload: Any, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(payload).encode(),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
