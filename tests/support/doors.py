"""Every port of ours, opened with whatever patience a test needs."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

from aiogram import Bot, Dispatcher

from apps.game_core.adapters import monitoring
from apps.game_core.adapters.metrics import PrometheusMetrics
from apps.game_core.adapters.monitoring import serve_monitoring
from bot.incoming import webhook
from bot.incoming.webhook import WebhookAddress, serve_webhook
from bot.outgoing.connections import outgoing
from telegram_sandbox.config import HTTP, SandboxConfig
from telegram_sandbox.server import SandboxServer
from tests.support.knocking import Door
from tools.support.ports import free_port

SECRET = "secret_secret_secret"
TOKEN = "4242:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
JSON = "Content-Type: application/json"
MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "hello"}
WRITTEN = b'{"user_id": 1, "text": "hello"}'
UPDATE = json.dumps({"update_id": 1, "message": MESSAGE}).encode()


@asynccontextmanager
async def webhook_door(dispatcher: Dispatcher | None = None, **limits: float) -> AsyncIterator[Door]:
    async with SandboxServer(SandboxConfig(port=0)) as telegram:
        address = WebhookAddress("http://127.0.0.1:1/hook", SECRET, port=0)
        bounds = replace(webhook.LIMITS, **limits)  # type: ignore[arg-type]
        async with (
            Bot(TOKEN, session=outgoing(telegram.url)) as bot,
            serve_webhook(bot, dispatcher or Dispatcher(), address, 0.1, limits=bounds) as port,
        ):
            yield Door(port, "/hook", (JSON, f"X-Telegram-Bot-Api-Secret-Token: {SECRET}"), good=UPDATE)


@asynccontextmanager
async def metrics_door(**limits: float) -> AsyncIterator[Door]:
    port = free_port()
    bounds = replace(monitoring.LIMITS, **limits)  # type: ignore[arg-type]
    async with serve_monitoring(PrometheusMetrics(), {}, "127.0.0.1", port, bounds):
        yield Door(port, "/livez", verb="GET")


@asynccontextmanager
async def sandbox_door(
    target: str, verb: str = "POST", good: bytes = b"", **limits: float
) -> AsyncIterator[Door]:
    config = SandboxConfig(port=0, http=replace(HTTP, **limits))  # type: ignore[arg-type]
    async with SandboxServer(config) as server:
        door = Door(int(server.url.rpartition(":")[2]), target, (JSON,), verb, good)
        # The first bot: without one nobody can be written to.
        await replace(door, target=f"/bot{TOKEN}/getMe", verb="POST").ask(body=b"{}")
        yield door


DOORS: Mapping[str, Callable[..., AbstractAsyncContextManager[Door]]] = {
    "webhook": webhook_door,
    "metrics": metrics_door,
    "bot api": lambda **limits: sandbox_door(f"/bot{TOKEN}/getMe", good=b"{}", **limits),
    "control": lambda **limits: sandbox_door("/sandbox/messages", good=WRITTEN, **limits),
    "page": lambda **limits: sandbox_door("/", "GET", **limits),
}


def opened(name: str, **limits: Any) -> AbstractAsyncContextManager[Door]:
    """The port of that name; `limits` are its own but for these."""
    return DOORS[name](**limits)
