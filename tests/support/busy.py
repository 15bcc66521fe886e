"""A process that changes one character as fast as it can, for the test of several at once.

`python -m tests.support.busy CHAR ITEM CHANGES`: says `ready`, starts when a line comes in, and ends with a
line `told retries`: operations that took effect, and compare-and-sets that were lost on the way.
"""

import asyncio
import sys

import structlog

from apps.game_core.container import open_core
from apps.game_core.modules.inventory.errors import SessionConflictError
from apps.game_core.settings import CoreSettings

TASKS = 5


async def main(char_id: int, item_id: int, changes: int) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    async with open_core(CoreSettings(_env_file=None)) as core:
        await core.gateway.view(char_id)
        say("ready")
        await asyncio.to_thread(sys.stdin.readline)
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
        retries = core.metrics.registry.get_sample_value("inventory_conflicts_total")
        say(f"{told} {retries:.0f}")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
