"""The HTTP ports that we open, and what whoever knocks at them is refused: by header, by size, by time.

Left alone, aiohttp unpacks bodies, waits for them as long as a client likes, and bounds neither the time that
headers may take nor the number of connections. Nothing is counted by address: whoever comes, comes from this
machine or through one proxy.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from operator import attrgetter

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

_AS_IT_IS = ((), ("identity",))
_IN_CHUNKS = ((), ("chunked",))
_LINGERING = 1.0
"""Seconds that a refused body is passed over, so that its sender can read why."""
_SWEEP = 0.5


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """`body_bytes` 0: no request has a body. Times are in seconds, and of all of it, however it trickles.

    `header_seconds` is for a connection's first request; later ones may let us wait for `idle_seconds`, which
    is more than clients and proxies keep an idle connection. More `connections` than these push out those
    that have let us wait longest.
    """

    body_bytes: int
    connections: int
    body_seconds: float = 10.0
    header_seconds: float = 10.0
    idle_seconds: float = 75.0


def bounded_app(limits: HttpLimits, *middlewares: Middleware) -> web.Application:
    """An application for `listening`. The given middlewares see refusals by header as HTTP errors."""
    watch = _Watch(limits)
    app = web.Application(
        # Zero would be no limit.
        client_max_size=max(1, limits.body_bytes),
        middlewares=[watch.serve, *middlewares, watch.refuse_by_header],
    )
    app[_WATCH] = watch
    return app


@asynccontextmanager
async def listening(
    app: web.Application,
    host: str,
    port: int,
    *,
    patience: float,
    backlog: int = 128,
    handler_cancellation: bool = False,
) -> AsyncIterator[int]:
    """Serve a `bounded_app` for as long as the block runs, on the port that is given.

    On the way out running handlers get `patience` seconds. Raises OSError when the port cannot be had.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        auto_decompress=False,
        lingering_time=_LINGERING,
        shutdown_timeout=patience,
        handler_cancellation=handler_cancellation,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=backlog).start()
        with app[_WATCH].over(runner):
            yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


@asynccontextmanager
async def arriving(request: web.Request) -> AsyncIterator[None]:
    """Read the body of a `bounded_app`'s request in this block, all of it.

    Raises:
        web.HTTPRequestTimeout: it takes longer.
        web.HTTPBadRequest: it is broken, or its sender has gone.

    """
    try:
        async with asyncio.timeout(request.app[_WATCH].limits.body_seconds):
            yield
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (web.RequestPayloadError, ConnectionError) as error:
        raise web.HTTPBadRequest(text="the body is broken") from error


@dataclass(slots=True)
class _Guest:
    """A connection. It lets us wait since then, and may for so long, unless some requests are `served`."""

    transport: asyncio.Transport | None
    since: float
    patience: float
    served: int = 0


class _Watch:
    def __init__(self, limits: HttpLimits) -> None:
        self.limits = limits
        self._guests: dict[web.RequestHandler, _Guest] = {}

    @web.middleware
    async def serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        guest = self._guest(request.protocol)
        guest.served += 1
        try:
            return await handler(request)
        finally:
            guest.served -= 1
            guest.since, guest.patience = _now(), self.limits.idle_seconds

    @web.middleware
    async def refuse_by_header(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if _values(request, hdrs.CONTENT_ENCODING) not in _AS_IT_IS:
            raise web.HTTPUnsupportedMediaType(text="bodies are taken as they are, not packed")
        if _values(request, hdrs.TRANSFER_ENCODING) not in _IN_CHUNKS:
            raise web.HTTPNotImplemented(text="the only transfer coding here is chunked")
        size = request.content_length or 0
        if size > self.limits.body_bytes or (request.body_exists and not self.limits.body_bytes):
            raise web.HTTPRequestEntityTooLarge(self.limits.body_bytes, size)
        return await handler(request)

    @contextmanager
    def over(self, runner: web.AppRunner) -> Iterator[None]:
        """Send away who keeps us waiting, for as long as the block runs."""
        sweeping = asyncio.create_task(self._sweeps(runner))
        try:
            yield
        finally:
            sweeping.cancel()

    async def _sweeps(self, runner: web.AppRunner) -> None:
        while True:
            await asyncio.sleep(_SWEEP)
            self._sweep(runner.server.connections if runner.server else ())

    def _sweep(self, connections: Iterable[web.RequestHandler]) -> None:
        self._guests = {each: self._guest(each) for each in connections}
        waiting = sorted((each for each in self._guests.values() if not each.served), key=attrgetter("since"))
        surplus, now = len(self._guests) - self.limits.connections, _now()
        for index, guest in enumerate(waiting):
            if guest.transport and (index < surplus or now - guest.since > guest.patience):
                # Not closed: a client that reads nothing would keep that waiting as well.
                guest.transport.abort()

    def _guest(self, connection: web.RequestHandler) -> _Guest:
        known = self._guests.get(connection)
        if known is None:
            known = _Guest(connection.transport, _now(), self.limits.header_seconds)
            self._guests[connection] = known
        return known


_WATCH = web.AppKey("watch", _Watch)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _values(request: web.Request, name: str) -> tuple[str, ...]:
    return tuple(value.strip().lower() for value in request.headers.getall(name, []))
