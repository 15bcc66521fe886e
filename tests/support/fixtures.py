"""What every test may use: real PostgreSQL and Redis, one pair for each process that runs tests."""

import logging
from collections.abc import AsyncIterator, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import structlog
from asyncpg.prepared_stmt import PreparedStatement
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import upgrade
from apps.game_core.adapters.redis.client import connect
from apps.game_core.addresses import database_address
from apps.game_core.container import Core, open_core
from apps.game_core.settings import CoreSettings
from bot.telegram_models import completed_when_used

with completed_when_used():
    import aiogram  # noqa: F401 - here, before a test brings all its models at once

    from tests.support.browser import browser, tab
    from tests.support.initdb_once import initialised_once
    from tests.support.kept_engines import kept_engines
    from tests.support.reading_once import reading_once
    from tests.support.world import World
    from tools.support.clocks import AdjustableClock
    from tools.support.patience import PATIENCE

__all__ = ["browser", "tab"]

# Rows go with the inventory and the character that they belong to. TRUNCATE takes ten times as long.
# A function plans them once, and one of a connection's own is in nobody's dump.
_EMPTY = """
CREATE FUNCTION pg_temp.empty() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM trades;
    DELETE FROM inventories;
    DELETE FROM characters;
    DELETE FROM admin_actions;
    DELETE FROM merchant_stock;
    DELETE FROM event_cursors;
    PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S';
END $$
"""


@pytest.fixture(scope="session", autouse=True)
def shipped(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[None]:
    ours = tmp_path_factory.getbasetemp()
    everybodys = ours.parent if hasattr(request.config, "workerinput") else ours
    cluster = everybodys / "cluster"
    cluster.mkdir(exist_ok=True)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))  # as by default
    with reading_once(), initialised_once(cluster):
        yield


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    data: Path = tmp_path_factory.mktemp("servers")
    with EmbeddedServers(data, durable=False) as running:
        yield running


@pytest.fixture(scope="session")
async def engine(servers: EmbeddedServers) -> AsyncIterator[AsyncEngine]:
    made = make_engine(servers.database_url)
    await upgrade(made)
    with kept_engines(servers.database_url) as idle:
        yield made
    for engine in (made, *chain.from_iterable(idle.values())):
        await AsyncEngine.dispose(engine)


@pytest.fixture(scope="session")
async def session_redis(servers: EmbeddedServers) -> AsyncIterator[Redis]:
    client = connect(servers.redis_url)
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
async def emptying(engine: AsyncEngine, servers: EmbeddedServers) -> AsyncIterator["PreparedStatement[Any]"]:
    """What empties the migrated database. SQLAlchemy would take longer than PostgreSQL does."""
    address = database_address(servers.database_url)
    connection = await asyncpg.connect(address.dsn, command_timeout=PATIENCE)
    await connection.execute(_EMPTY)
    yield await connection.prepare("SELECT pg_temp.empty()")
    await connection.close()


@pytest.fixture
async def database(engine: AsyncEngine, emptying: "PreparedStatement[Any]") -> AsyncEngine:
    """The migrated database, empty."""
    await emptying.fetch()
    return engine


@pytest.fixture
async def redis(session_redis: Redis) -> Redis:
    """The Redis server, empty."""
    await session_redis.flushall()
    return session_redis


@pytest.fixture(scope="session")
def read_settings(servers: EmbeddedServers) -> CoreSettings:
    """Read once: pydantic looks for each of them in the environment, in 2 ms."""
    return CoreSettings(
        _env_file=None,
        redis_url=servers.redis_url,
        database_url=servers.database_url,
        inventory_worker=False,
    )


@pytest.fixture
def settings(read_settings: CoreSettings) -> CoreSettings:
    return read_settings.model_copy()


@pytest.fixture
def game_clock() -> AdjustableClock:
    """The core's; the real time until a test moves it."""
    return AdjustableClock()


@pytest.fixture
async def core(
    settings: CoreSettings, database: AsyncEngine, redis: Redis, game_clock: AdjustableClock
) -> AsyncIterator[Core]:
    """The wired core on empty servers, its worker not running."""
    async with open_core(settings, clock=game_clock) as opened:
        yield opened


@pytest.fixture
async def world(core: Core) -> World:
    """The core with a few verbs that tests need again and again."""
    return World(core)
