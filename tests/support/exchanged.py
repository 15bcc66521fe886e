"""A trade that is exchanged up to one of its steps."""

from collections.abc import Awaitable, Callable, Mapping
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
from tests.support.dying import Stop

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


async def exchanged(stop: Stop, step: str, settings: CoreSettings, confirm: Confirm) -> None:
    owner, name, how = STEPS[step]
    setattr(owner, name, how(getattr(owner, name), stop))
    async with open_core(settings) as core:
        await core.router.ask(confirm)
