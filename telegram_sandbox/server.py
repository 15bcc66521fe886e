"""The sandbox as a running server."""

import errno
import logging
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler

from telegram_sandbox.botapi.api import BotApi, refusal
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.control.fields import reply
from telegram_sandbox.control.routes import Control
from telegram_sandbox.doors.foreign import is_foreign
from telegram_sandbox.doors.listening import bounded_app, listening
from telegram_sandbox.doors.webhooks import WebhookDelivery
from telegram_sandbox.errors import (
    ControlError,
    HttpRefusedError,
    InternalError,
    NotLoopbackError,
    PortInUseError,
)
from telegram_sandbox.methods.updates import is_loopback
from telegram_sandbox.page.pages import POLICY, Pages
from telegram_sandbox.world import state_file
from telegram_sandbox.world.world import World

SHUTDOWN_TIMEOUT = 0.2

log = logging.getLogger(__name__)


class SandboxServer:
    """`async with SandboxServer(SandboxConfig(port=0)) as server:` serves on `server.url` until the end."""

    def __init__(self, config: SandboxConfig | None = None) -> None:
        self.config = config or SandboxConfig()
        if not is_loopback(self.config.host):
            raise NotLoopbackError(self.config.host)
        path = self.config.state_file
        self.state = World(self.config, state_file.load(path) if path else None)
        self.url = ""
        self._saver = state_file.Saver(path, self.state.snapshot) if path else None
        self._api = BotApi(self.state)
        self._delivery = WebhookDelivery(self.state, self._api)
        self._port = AsyncExitStack()

    async def __aenter__(self) -> Self:
        if self._saver:
            self.state.on_change = self._saver.touch
        self.url = await self._listen()
        await self._delivery.start()
        return self

    async def _listen(self) -> str:
        host = self.config.host
        opening = listening(
            self._app(),
            host,
            self.config.port,
            patience=SHUTDOWN_TIMEOUT,
            backlog=1024,
            handler_cancellation=True,
        )
        try:
            port = await self._port.enter_async_context(opening)
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                raise PortInUseError(self.config.port) from fault
            raise
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._delivery.close()
        self.state.events.close()
        await self._port.aclose()
        if self._saver is not None:
            await self._saver.close()

    def _app(self) -> web.Application:
        app = bounded_app(self.config.http, guard, errors_to_replies)
        app.add_routes(self._api.routes())
        app.add_routes(Control(self.state).routes())
        app.add_routes(Pages(self.state).routes())
        return app


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keeps web pages of other origins away: the sandbox is for this machine's own clients."""
    if not _is_local(request.host) or is_foreign(request.method, request.path, request.headers):
        return reply({"error": "requests from other origins are refused"}, status=403)
    response = await handler(request)
    if not response.prepared:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _is_local(host: str) -> bool:
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    return is_loopback(name.strip("[]"))


@web.middleware
async def errors_to_replies(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The one place where errors become replies of the control interface."""
    try:
        return await handler(request)
    except ControlError as fault:
        return reply({"error": fault.reason, "field": fault.field}, status=fault.status)
    except web.HTTPException as fault:
        if request.path.startswith(("/bot", "/file/bot")):
            return refusal(HttpRefusedError(fault.status, fault.reason)).response()
        return reply({"error": fault.reason, "field": None}, status=fault.status)
    except Exception:
        log.exception("%s %s failed", request.method, request.match_info.route.resource)
        return refusal(InternalError()).response()
