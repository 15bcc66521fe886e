"""Reads the arguments and files of a call out of its HTTP request, whichever form they come in."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec
from aiohttp import BodyPartReader, hdrs, web
from aiohttp.http_exceptions import BadHttpMessage

from telegram_sandbox.doors.listening import arriving
from telegram_sandbox.errors import BadRequestError, TooLargeError

MAX_FIELDS = 300
Arguments = dict[str, Any]
Files = dict[str, bytes]


async def read_arguments(request: web.Request) -> tuple[Arguments, Files]:
    """What is empty is left out, as at Telegram."""
    arguments: Arguments = dict(request.query)
    files: Files = {}
    if request.can_read_body:
        try:
            async with arriving(request):
                arguments |= await _read_body(request, files)
        except web.HTTPRequestTimeout:
            raise
        except web.HTTPRequestEntityTooLarge:
            raise TooLargeError from None
        except (UnicodeError, LookupError):
            raise BadRequestError("strings must be encoded in UTF-8") from None
        except (ValueError, RecursionError, web.HTTPException, BadHttpMessage):
            raise BadRequestError("can't parse the request body") from None
    return {name: value for name, value in arguments.items() if value != ""}, files


async def _read_body(request: web.Request, files: Files) -> Arguments:
    if request.content_type.startswith("multipart/"):
        return await _read_multipart(request, files)
    body = await request.read()
    if request.content_type == "application/json":
        given = msgspec.json.decode(body) if body.strip() else {}
        if not isinstance(given, dict):
            raise BadRequestError("can't parse the request body: object expected")
        return given
    pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    return dict(pairs)


async def _read_multipart(request: web.Request, files: Files) -> Arguments:
    arguments: Arguments = {}
    reader = await request.multipart()
    size = 0
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise BadRequestError("can't parse the request body: a form field has no name")
        if hdrs.CONTENT_ENCODING in part.headers:
            raise BadRequestError("can't parse the request body: a form field is packed")
        data = await _decoded(part)
        size += len(data)
        if size > request.client_max_size or len(arguments) > MAX_FIELDS:
            raise TooLargeError
        if part.filename is None:
            if data:
                arguments[part.name] = data.decode()
        else:
            files[part.name] = data
            arguments.setdefault(part.name, f"attach://{part.name}")
    return arguments


async def _decoded(part: BodyPartReader) -> bytes:
    try:
        return bytes(await part.read(decode=True))
    except RuntimeError as unknown:  # the transfer encoding
        raise BadRequestError(f"can't parse the request body: {unknown}") from None
