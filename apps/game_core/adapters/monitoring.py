"""What a machine asks a process: numbers, whether it lives, whether it can serve."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from apps.game_core.adapters.metrics import PrometheusMetrics
from apps.game_core.errors import StartError
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.required_port import required
from apps.listening import HttpLimits, bounded_app, listening

log = structlog.get_logger(__name__)

LIMITS = HttpLimits(body_bytes=0, connections=64)
_LAST_ANSWERS = 1.0
Probe = Callable[[], Awaitable[None]]
"""Raises InventoryUnavailableError when what it asks is away, StartError when nothing would start with it."""


@asynccontextmanager
async def serve_monitoring(
    metrics: PrometheusMetrics,
    probes: Mapping[str, Probe],
    host: str,
    port: int,
    limits: HttpLimits = LIMITS,
) -> AsyncIterator[None]:
    """`/metrics`, `/livez` and `/readyz` for as long as the block runs; `port` 0 serves nothing.

    Raises StartError when the port cannot be had.
    """
    if not port:
        yield
        return
    app = _application(metrics, probes, limits)
    opening = listening(app, host, port, patience=_LAST_ANSWERS)
    async with required("METRICS_PORT", host, port, opening):
        log.info("monitoring", url=f"http://{host}:{port}/metrics")
        yield


def _application(
    metrics: PrometheusMetrics, probes: Mapping[str, Probe], limits: HttpLimits
) -> web.Application:
    async def numbers(_: web.Request) -> web.Response:
        return web.Response(body=metrics.render(), headers={"Content-Type": metrics.content_type})

    async def lives(_: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def ready(_: web.Request) -> web.Response:
        state = {name: await answers(probe) for name, probe in probes.items()}
        return web.json_response(state, status=200 if all(state.values()) else 503)

    application = bounded_app(limits)
    application.router.add_get("/metrics", numbers)
    application.router.add_get("/livez", lives)
    application.router.add_get("/readyz", ready)
    return application


async def answers(probe: Probe) -> bool:
    """Whether all is well with what it asks."""
    try:
        await probe()
    except (InventoryUnavailableError, StartError):
        return False
    return True
