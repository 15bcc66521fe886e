"""A real process that has a trade exchanged, and stops after one of its steps until it is killed."""

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any

from apps.game_core.adapters.postgres.trades import PostgresTrades
from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.adapters.redis.session_store import RedisSessionStore
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.inventory.logic.doing.inbox_delivery import InboxDelivery
from apps.game_core.modules.inventory.inventory.logic.sessions.batch_sync import BatchSync
from apps.game_core.modules.trade.contracts import Confirm
from apps.game_core.modules.trade.exchanging import Exchanging
from apps.game_core.settings import CoreSettings
from tools.support.patience import PATIENCE

Stop = Callable[[], Awaitable[None]]
Method = Callable[..., Awaitable[Any]]


def _instead(_: Method, stop: Stop) -> Method:
    async def stopped(*_: object, **__: object) -> None:
        await stop()

    return stopped


def _after(done: Method, stop: Stop) -> Method:
    async def stopped(*arguments: Any) -> None:
        await done(*arguments)
        await stop()

    return stopped


STEPS: Mapping[str, tuple[type, str, Callable[[Method, Stop], Method]]] = {
    "both confirmations": (Exchanging, "of", _instead),
    "the first give": (Exchanging, "give", _after),
    "both gives": (BatchSync, "write", _instead),
    "the settlement, before it is committed": (PostgresTrades, "settle", _after),
    "the write, before it is committed": (PostgresUnitOfWork, "commit", _instead),
    "the commit": (RedisSessionStore, "acknowledge", _instead),
    "the acknowledgement": (InboxDelivery, "to", _instead),
    "the delivery": (InboxDelivery, "to", _after),
}
"""After which it stops."""


def killed_after(step: str, settings: CoreSettings, confirm: Confirm) -> None:
    """SIGKILL, once it says that it is there."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload([__name__])
    here, there = forks.Pipe(duplex=False)
    process = forks.Process(target=_exchange, args=(step, settings, confirm, there), daemon=True)
    process.start()
    there.close()
    try:
        assert here.poll(PATIENCE)
        assert here.recv() == "here"
    finally:
        process.kill()
        process.join()


def _exchange(step: str, settings: CoreSettings, confirm: Confirm, told: Connection) -> None:
    owner, name, how = STEPS[step]

    async def stop() -> None:
        told.send("here")
        await asyncio.sleep(PATIENCE)

    async def exchange() -> None:
        async with open_core(settings) as core:
            await core.router.ask(confirm)

    setattr(owner, name, how(getattr(owner, name), stop))
    asyncio.run(exchange())
