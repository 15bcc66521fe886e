"""Updates by webhook instead of polling: behind a secret, answered only when they are handled."""

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from apps.game_core.required_port import required
from apps.listening import HttpLimits, arriving, bounded_app, listening
from bot.incoming.intake import Intake
from bot.incoming.reading import read_json
from bot.process.factory import ALLOWED_UPDATES
from bot.process.start_errors import webhook_errors

# Telegram's most: who may have a place is for the intake to say, not for whoever comes first.
_CONNECTIONS = 100
log = structlog.get_logger(__name__)

LIMITS = HttpLimits(body_bytes=2**20, connections=256)
"""Updates have some kilobytes, and Telegram's servers come over at most 100 connections."""


class WebhookWithoutSecretError(ValueError):
    """Without a secret anybody could play as anybody."""


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """`url` is what Telegram calls; `host` and `port` are where it arrives, behind a proxy that speaks TLS.

    Raises:
        WebhookWithoutSecretError: `secret` is empty.

    """

    url: str
    secret: str
    host: str = "127.0.0.1"
    port: int = 8080

    def __post_init__(self) -> None:
        if not self.secret:
            raise WebhookWithoutSecretError(self.url)


class SecretRequestHandler(SimpleRequestHandler):
    """Answers Telegram after the update is handled, so that a bot that is killed gets it again."""

    def __init__(self, dispatcher: Dispatcher, bot: Bot, secret: str, intake: Intake) -> None:
        super().__init__(dispatcher, bot, handle_in_background=False, secret_token=secret)
        self._intake = intake

    def verify_secret(self, telegram_secret_token: str, bot: Bot) -> bool:  # noqa: ARG002 - the parent's
        """Like the parent's, which fails on letters that no secret has."""
        known = (self.secret_token or "").encode()
        return bool(known) and hmac.compare_digest(telegram_secret_token.encode(errors="replace"), known)

    async def _handle_request(self, bot: Bot, request: web.Request) -> web.Response:
        """Like the parent's, which fails on what is no update. The secret has been checked."""
        if not await self._intake.handled(await read_update(request, bot)):
            raise web.HTTPServiceUnavailable
        return web.json_response({})


async def read_update(request: web.Request, bot: Bot) -> Update:
    """Raises web.HTTPUnsupportedMediaType and web.HTTPBadRequest for what is no update, as JSON."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        async with arriving(request):
            body = await request.read()
        return read_json(body, bot, request.charset or "utf-8")
    except (ValueError, LookupError, RecursionError) as error:
        raise web.HTTPBadRequest(text="this is no update") from error


@asynccontextmanager
async def serve_webhook(
    bot: Bot,
    dispatcher: Dispatcher,
    address: WebhookAddress,
    patience: float,
    *,
    intake: Intake | None = None,
    limits: HttpLimits = LIMITS,
) -> AsyncIterator[int]:
    """Receive updates for as long as the block runs, on the port that is given.

    On the way out running handlers get `patience` seconds. The webhook stays set: Telegram keeps what
    arrives meanwhile. Raises StartError when the port cannot be had, or Telegram refuses the webhook.
    """
    app = bounded_app(limits)
    intake = Intake(bot, dispatcher) if intake is None else intake
    handler = SecretRequestHandler(dispatcher, bot, address.secret, intake)
    handler.register(app, path=urlsplit(address.url).path or "/")
    try:
        opening = listening(app, address.host, address.port, patience=patience)
        async with required("WEBHOOK_PORT", address.host, address.port, opening) as port:
            with webhook_errors(address.url, bot.session.api.base):
                await bot.set_webhook(
                    address.url,
                    secret_token=address.secret,
                    allowed_updates=ALLOWED_UPDATES,
                    max_connections=_CONNECTIONS,
                )
            log.info("webhook set", url=address.url, port=port)
            yield port
    finally:
        await intake.close()
