"""What a bot and a worker have in common from their start to their end; nothing here knows Telegram."""

import asyncio
import gc
import signal
import threading
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial
from typing import Any

import structlog
import uvloop

from apps.game_core.adapters.monitoring import serve_monitoring
from apps.game_core.container import Core
from apps.game_core.modules.items.errors import CatalogError
from apps.game_core.modules.items.store import CatalogStore
from apps.game_core.settings import CoreSettings
from apps.game_core.system.cancelling import taken_over
from apps.game_core.system.nursery import Nursery
from bot.process.hangup import on_hangup

log = structlog.get_logger(__name__)

CALLED_AGAIN = 1.0
"""Seconds after which a start that was called off, and goes on, is called off again."""


def run(work: Coroutine[Any, Any, None]) -> bool:
    """Like `uvloop.run`, but that SIGTERM calls off what has no signals of its own yet; False then."""
    try:
        uvloop.run(_until_sigterm(work))
    except asyncio.CancelledError:
        log.info("called off by SIGTERM")
        return False
    return True


async def _until_sigterm(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)
    if threading.current_thread() is threading.main_thread():  # no other can be told of signals
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _call_off, task)
    await task


def _call_off(task: asyncio.Task[None]) -> None:
    """Until it ends, or takes over: a driver may lose a cancellation that comes together with an answer."""
    task.cancel()
    loop = asyncio.get_running_loop()
    loop.call_later(CALLED_AGAIN, lambda: _call_off(task) if task.cancelling() and not task.done() else None)


def monitored(core: Core, settings: CoreSettings) -> AbstractAsyncContextManager[None]:
    """`/metrics`, `/livez` and `/readyz` for as long as the block runs."""
    return serve_monitoring(core.metrics, core.probes, settings.metrics_host, settings.metrics_port)


async def drain(core: Core, timeout: float) -> None:  # noqa: ASYNC109 - the bound is the caller's setting
    """Bring back what Redis has lost, write what is dirty and no other worker's.

    What is not written in time stays indexed for the next.
    """
    nursery = Nursery()  # cancels until it has an effect
    draining = nursery.start("drain", _leave(core, timeout / 2))
    await asyncio.wait({draining}, timeout=timeout)
    if draining.done() and not draining.exception():
        log.info("sessions written at shutdown", count=draining.result())
    else:
        log.error("sessions left dirty and indexed at shutdown")
    await nursery.close()


async def _leave(core: Core, most: float) -> int:
    """`most`: the seconds that what is lost may take from what is to be written."""
    with suppress(TimeoutError):
        async with asyncio.timeout(most):
            await core.losses.leave()
    return await core.worker.leave()


def keep_what_is_built() -> None:
    """Look through what the start has made for rubbish now, and never again.

    It is there to stay, and a full look at it holds every player up for a third of a second.
    """
    gc.collect()
    gc.freeze()


def reload_catalog(catalog: CatalogStore) -> None:
    """Read the item files anew; with any problem in them the old catalog stays."""
    try:
        diff = catalog.reload()
    except CatalogError as error:
        log.error("catalog refused, the old one stays", problems=list(map(str, error.problems)))  # noqa: TRY400 - it says it all
    else:
        log.info("catalog reloaded", added=diff.added, removed=diff.removed, changed=diff.changed)


def on_signals(stop: Callable[[], None], core: Core) -> None:
    if taken_over():
        stop()  # SIGTERM came while we started, and a driver has swallowed it
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    on_hangup(partial(reload_catalog, core.catalog), stop)
