"""The Bot API over HTTP: `/bot<token>/<method>`."""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from inspect import isawaitable
from typing import Any

import msgspec
from aiohttp import web

from telegram_sandbox.botapi.method_parsing import Method, build_method, method_class
from telegram_sandbox.botapi.request_reading import Arguments, Files, read_arguments
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.bots.calls import CallRecord
from telegram_sandbox.errors import BadRequestError, BotApiError, MethodNotFoundError, UnauthorizedError
from telegram_sandbox.methods import SIMULATED, Call
from telegram_sandbox.rules.not_simulated import not_simulated
from telegram_sandbox.trouble.faults import Fault
from telegram_sandbox.world.world import World

TOKEN = re.compile(r"[1-9]\d{0,15}:[A-Za-z0-9_-]{20,64}")
OK = 200
LARGEST_KEPT_ARGUMENTS = 100_000
Read = Callable[[], Awaitable[tuple[Arguments, Files]]]

log = logging.getLogger(__name__)


class DroppedError(Exception):
    """A fault: the connection breaks without an answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    retry_after: int | None = None

    def response(self) -> web.Response:
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else None
        return web.Response(
            body=self.body, status=self.status, content_type="application/json", headers=headers
        )


@dataclass(slots=True)
class Exchange:
    """One request: what is known of it so far."""

    name: str
    token: str = ""
    bot: Bot | None = None
    arguments: Arguments = field(default_factory=dict)
    files: Files = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)


class BotApi:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/bot{token}/{method}", self.handle),
            web.route("*", "/bot{token}/", self.handle),
            web.route("*", "/bot{rest:.*}", self._not_found),
        ]

    async def handle(self, request: web.Request) -> web.Response:
        exchange = Exchange(request.match_info.get("method", ""), request.match_info["token"])
        try:
            reply = await self.reply(exchange, partial(read_arguments, request))
        except DroppedError:
            return _cut(request)
        return reply.response()

    async def reply(self, exchange: Exchange, read: Read) -> Reply:
        """What is answered, whatever carried the request; `read` gets its arguments. Raises DroppedError."""
        try:
            result = await self._answer(exchange, read)
            reply = Reply(OK, b'{"ok":true,"result":' + result + b"}")
        except BotApiError as fault:
            reply = refusal(fault)
        self._record(exchange, reply)
        return reply

    async def _answer(self, exchange: Exchange, read: Read) -> bytes:
        if not TOKEN.fullmatch(exchange.token):
            raise UnauthorizedError("invalid token specified")
        is_named = bool(exchange.name)
        if not is_named:
            exchange.arguments, exchange.files = await read()
            exchange.name = str(exchange.arguments.get("method", ""))
        method = method_class(exchange.name)
        exchange.name = method.__api_method__
        exchange.bot = self._world.bot_of(exchange.token)
        if is_named:
            exchange.arguments, exchange.files = await read()
        fault = self._world.faults.take(exchange.name)
        if fault is not None:
            await _before(fault)
        return await self._perform(exchange, exchange.bot, method, fault)

    async def _perform(
        self, exchange: Exchange, bot: Bot, method: type[Method], fault: Fault | None = None
    ) -> bytes:
        if method not in SIMULATED:
            raise BadRequestError(f"method {method.__api_method__} is known but not simulated by the sandbox")
        lenient = self._world.config.lenient
        built = build_method(method, exchange.arguments, exchange.files, lenient=lenient)
        for name in not_simulated(built):
            if not lenient:
                raise BadRequestError(f"parameter {name} is known but not simulated by the sandbox")
            log.info("passed over what is not simulated of %s: %s", exchange.name, name)
        return await perform(Call(self._world, bot, exchange.files), built, fault)

    async def perform_inline(self, bot: Bot, arguments: Arguments, files: Files) -> None:
        """A method the bot calls by answering a webhook; its result goes nowhere."""
        exchange = Exchange(str(arguments.pop("method")), bot=bot, arguments=arguments, files=files)
        try:
            result = await self._perform(exchange, bot, method_class(exchange.name))
            reply = Reply(OK, b'{"ok":true,"result":' + result + b"}")
        except BotApiError as fault:
            reply = refusal(fault)
        self._record(exchange, reply)

    def _record(self, exchange: Exchange, reply: Reply) -> None:
        if exchange.bot is None or (exchange.name == "getUpdates" and reply.body.endswith(b"[]}")):
            return
        milliseconds = (time.perf_counter() - exchange.began) * 1000
        calls = self._world.calls
        record = calls.add(
            CallRecord(
                calls.next_seq,
                exchange.bot.id,
                exchange.name,
                _kept(exchange.arguments),
                reply.status,
                reply.body,
                milliseconds,
            )
        )
        self._world.events.publish("call", record.shown)

    async def _not_found(self, _: web.Request) -> web.Response:
        return refusal(MethodNotFoundError()).response()


async def perform(call: Call, method: Method, fault: Fault | None) -> bytes:
    result = await _run(SIMULATED[type(method)](call, method))
    if fault is not None:
        result = await _after(fault, call, method, result)
    return msgspec.json.encode(result)


async def _run(result: Any) -> Any:
    return await result if isawaitable(result) else result


async def _before(fault: Fault) -> None:
    if error := fault.error():
        raise error
    if fault.kind == "drop":
        raise DroppedError
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)


async def _after(fault: Fault, call: Call, method: Method, result: Any) -> Any:
    if fault.kind == "drop_reply":
        raise DroppedError
    if fault.kind != "duplicate":
        return result
    if method.__api_method__ == "getUpdates":
        return [update for update in result for _ in range(2)]
    try:
        await _run(SIMULATED[type(method)](call, method))
    except BotApiError as second:
        log.info("the doubled %s was refused: %s", method.__api_method__, second.description)
    return result


def refusal(fault: BotApiError) -> Reply:
    payload: dict[str, Any] = {"ok": False, "error_code": fault.code, "description": fault.description}
    if fault.parameters:
        payload["parameters"] = fault.parameters
    return Reply(fault.code, msgspec.json.encode(payload), (fault.parameters or {}).get("retry_after"))


def _kept(arguments: Arguments) -> Arguments:
    size = sum(len(value) for value in arguments.values() if isinstance(value, str))
    return arguments if size <= LARGEST_KEPT_ARGUMENTS else {"omitted": f"{size} characters"}


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
