"""One worker process: the sync worker alone, without Telegram."""

import asyncio

import structlog

from apps.game_core.adapters.postgres.rights import check_database
from apps.game_core.container import open_core
from apps.game_core.settings import CoreSettings
from apps.game_core.system.nursery import Nursery
from bot.process.lifetime import drain, monitored, on_signals

log = structlog.get_logger(__name__)


async def run_worker(settings: CoreSettings) -> None:
    """The sync worker alone, until SIGINT or SIGTERM; then its round ends and what is dirty is written."""
    async with open_core(settings) as core:
        await check_database(core.engine)
        nursery, stop = Nursery(), asyncio.Event()
        on_signals(stop.set, core)
        nursery.start("sync worker", core.worker.run())
        nursery.start("events", core.events.run())
        nursery.start("generation", core.generation.run())
        nursery.start("master", core.master.run())
        log.info("worker started")
        try:
            async with monitored(core, settings):
                await stop.wait()
        finally:
            await nursery.close()
            await drain(core, settings.shutdown_sync_timeout)
