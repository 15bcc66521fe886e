"""The chat page's files and its stream of events."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

from aiohttp import ClientConnectionResetError, web

from telegram_sandbox.world.events import EventQueue
from telegram_sandbox.world.world import World

STATIC = Path(__file__).parent / "static"
HEARTBEAT = 1.0
RECONNECT = b"retry: 500\n"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Pages:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/", self.index),
            web.get("/sandbox/events", self.events),
            web.static("/static", STATIC),
        ]

    async def index(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    async def events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        with self._world.events.subscribed() as queue, suppress(ClientConnectionResetError):
            await response.write(RECONNECT + _event("hello", {}))
            await self._pump(queue, response)
        return response

    async def _pump(self, queue: EventQueue, response: web.StreamResponse) -> None:
        """Sends events as they come, and now and then whether a bot still listens."""
        served = None
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    event = await queue.get()
            except TimeoutError:
                event, served = ("beat", {}), None
            if event is None:
                return
            await response.write(_event(*event))
            if served != self._world.is_served:
                served = self._world.is_served
                await response.write(_event("status", {"served": served}))


def _event(name: str, payload: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps(payload)}\n\n".encode()
