"""A process that changes one character as fast as it can, for the test of several at once."""

import asyncio
from multiprocessing.connection import Connection
from typing import Any

from apps.game_core.container import open_core
from apps.game_core.modules.inventory.errors import SessionConflictError
from apps.game_core.settings import CoreSettings

TASKS = 5


def lock_and_unlock(
    pipe: "Connection[Any, Any]", settings: CoreSettings, char_id: int, item_id: int, changes: int
) -> None:
    """Says when it is ready, and begins when it hears something.

    Says how many operations took effect then, and how many compare-and-sets were lost on the way.
    """
    asyncio.run(_work(pipe, settings, char_id, item_id, changes))


async def _work(
    pipe: "Connection[Any, Any]", settings: CoreSettings, char_id: int, item_id: int, changes: int
) -> None:
    async with open_core(settings) as core:
        await core.gateway.view(char_id)
        pipe.send("ready")
        await asyncio.to_thread(pipe.recv)
        told = 0

        async def work(task: int) -> None:
            nonlocal told
            for step in range(changes // TASKS):
                change = core.gateway.lock_item if (task + step) % 2 else core.gateway.unlock_item
                try:
                    await change(char_id, item_id)
                except SessionConflictError:
                    continue  # told to try again: nothing happened
                told += 1

        await asyncio.gather(*map(work, range(TASKS)))
        pipe.send((told, core.metrics.registry.get_sample_value("inventory_conflicts_total")))
