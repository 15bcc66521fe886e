"""What a process does that is killed at one point of the protocol."""

import asyncio

from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.adapters.redis.session_store import RedisSessionStore
from apps.game_core.container import open_core
from apps.game_core.settings import CoreSettings
from tests.support.dying import Stop

STEPS = {"commit": (PostgresUnitOfWork, "commit"), "acknowledgement": (RedisSessionStore, "acknowledge")}


async def tap(stop: Stop, settings: CoreSettings, char_id: int, item_id: int, op_id: str) -> None:
    """Equips, and never gets to reply."""
    async with open_core(settings) as core:
        await core.gateway.equip_item(char_id, item_id, op_id=op_id)
        await stop()


async def written_up_to(stop: Stop, settings: CoreSettings, step: str) -> None:
    """The worker stops before that step."""

    async def stopped(*_: object, **__: object) -> None:
        await stop()

    setattr(*STEPS[step], stopped)
    async with open_core(settings) as core:
        while True:
            await core.worker.round()
            await asyncio.sleep(0.01)
