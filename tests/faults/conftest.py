"""Scaled time, and servers of one's own to kill."""

from collections.abc import AsyncIterator, Iterator

import pytest

from apps.embedded import EmbeddedServers, RedisOptions
from apps.game_core.adapters.postgres.migrate import upgrade
from apps.game_core.container import Core, open_core
from apps.game_core.settings import CoreSettings
from tests.support.world import World

SCALED = {
    "inventory_session_ttl": 0.4,
    "inventory_sync_period": 0.05,
    "inventory_sync_lease": 0.2,
    "inventory_load_lock": 0.5,
    "inventory_worker_period": 0.02,
    "inventory_sync_failures": 2,
    "redis_timeout": 2,
    "database_timeout": 5,
}


@pytest.fixture
def settings(settings: CoreSettings) -> CoreSettings:
    return settings.model_copy(update=SCALED)


@pytest.fixture
async def other(settings: CoreSettings, core: Core) -> AsyncIterator[World]:
    """A second process on the same servers, with caches of its own."""
    async with open_core(settings) as opened:
        yield World(opened)


@pytest.fixture(scope="module")
def own_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    """Servers that a test may kill: Redis with an append-only file that is always in step."""
    folder = tmp_path_factory.mktemp("own")
    options = RedisOptions(appendonly="always")
    with EmbeddedServers(folder, durable=True, redis_options=options) as started:
        yield started


@pytest.fixture
async def fragile(own_servers: EmbeddedServers, settings: CoreSettings) -> AsyncIterator[World]:
    """A world on servers that may be killed; whatever was killed is started again afterwards."""
    own = settings.model_copy(
        update={
            "redis_url": own_servers.redis_url,
            "database_url": own_servers.database_url,
            "inventory_session_ttl": 60,
        }
    )
    async with open_core(own) as opened:
        await upgrade(opened.engine)
        await opened.redis.flushall()
        world = World(opened)
        await world.execute("TRUNCATE characters RESTART IDENTITY CASCADE")
        yield world
    own_servers.redis.resume()
    own_servers.postgres.resume()
    own_servers.redis.start()
    own_servers.postgres.start()
