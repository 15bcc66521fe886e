"""A process that stops at one point of the protocol, says so, and waits to be killed.

`python -m tests.support.doomed tap CHAR ITEM OP`: equips, and never gets to reply.
`… commit CHAR`, `… acknowledge CHAR`: the worker stops before that step.
"""

import asyncio
import sys
from typing import Any

import structlog

from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.adapters.redis.session_store import RedisSessionStore
from apps.game_core.container import open_core
from apps.game_core.settings import CoreSettings


async def stop_here(*_: Any) -> None:
    sys.stdout.write("here\n")
    sys.stdout.flush()
    await asyncio.sleep(60)


async def main(what: str, char_id: int, *rest: str) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    if what == "commit":
        PostgresUnitOfWork.commit = stop_here  # type: ignore[method-assign,assignment]
    if what == "acknowledge":
        RedisSessionStore.acknowledge = stop_here  # type: ignore[method-assign,assignment]
    async with open_core(CoreSettings(_env_file=None)) as core:
        if what == "tap":
            item_id, op_id = rest
            await core.gateway.equip_item(char_id, int(item_id), op_id=op_id)
            await stop_here()
        while True:
            await core.worker.round()
            await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:]))
