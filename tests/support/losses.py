"""What tests of losses share: a process that has seen nothing, an older Redis, what was recorded."""

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from apps.embedded import EmbeddedServers
from apps.game_core.container import open_core
from apps.game_core.settings import CoreSettings
from tests.support.world import World


@contextlib.asynccontextmanager
async def newborn(settings: CoreSettings) -> AsyncIterator[World]:
    """A process that has seen nothing yet."""
    async with open_core(settings) as opened:
        yield World(opened)


async def conflicts(world: World) -> list[tuple[str, str, str]]:
    """Id, kind and reason of each."""
    found = await world.query("SELECT op_id, kind, reason FROM inventory_conflicts ORDER BY version")
    return [(row.op_id, row.kind, row.reason) for row in found]


def keep_redis(servers: EmbeddedServers, kept: Path) -> None:
    """Copy what Redis has on its disk."""
    shutil.copytree(servers.redis.folder.path / "redis", kept)


def bring_redis_back(servers: EmbeddedServers, kept: Path) -> None:
    """Kill it, and start it with the files that were kept."""
    data = servers.redis.folder.path / "redis"
    servers.redis.kill()
    shutil.rmtree(data)
    shutil.copytree(kept, data)
    servers.redis.start()
