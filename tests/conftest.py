"""Fixtures that every test may use: real PostgreSQL and Redis, one pair for each test process."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path

import pytest
import sqlalchemy as sa
import uvloop
from hypothesis import settings as examples
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import upgrade
from apps.game_core.adapters.redis.client import connect
from apps.game_core.container import Core, open_core
from apps.game_core.settings import CoreSettings
from bot.telegram_models import completed_when_used

with completed_when_used():
    import aiogram  # noqa: F401 - here, before a test brings all its models at once

    from tests.support.browser import browser, tab
    from tests.support.initdb_once import initialised_once
    from tests.support.kept_engines import kept_engines
    from tests.support.reading_once import reading_once
    from tests.support.together import BROWSER, Together, together
    from tests.support.world import World
    from tools.support.clocks import AdjustableClock

__all__ = ["browser", "tab"]

# How long an example takes says how busy the machine is.
examples.register_profile("patient", deadline=None)
examples.load_profile("patient")

# Rows go with the inventory and the character that they belong to. TRUNCATE takes ten times as long.
_EMPTY = """
DO $$ BEGIN
    DELETE FROM trades;
    DELETE FROM inventories;
    DELETE FROM characters;
    DELETE FROM admin_actions;
    DELETE FROM merchant_stock;
    DELETE FROM event_cursors;
    PERFORM setval(format('%I.%I', schemaname, sequencename), 1, false) FROM pg_sequences;
END $$
"""

_LONGEST = (
    "test_sweep.py",
    "test_short_campaign.py",
    "test_explorer.py",
    "test_walks.py",
    "test_run_script.py",
    "test_demo.py",
    "test_statemachine.py",
    "test_page_topics.py",
    "test_bodies.py",
    "test_crowd.py",
    "test_ring.py",
    "test_measuring_neighbours.py",
    "test_tls.py",
    "test_page_replies.py",
    "test_stories.py",
    "test_page.py",
    "test_page_and_the_bot.py",
    "test_wheels.py",
    "test_foreign_project.py",
    "test_best_set.py",
    "test_random_accidents.py",
    "test_old_operations.py",
    "test_erasing.py",
    "test_verdicts.py",
    "test_servers_away.py",
    "test_every_language.py",
    "test_shutdown.py",
    "test_going_live_page.py",
    "test_faults_on_buttons.py",
    "test_backpack.py",
    "test_many_writers.py",
    "test_audit.py",
    "test_every_bag.py",
    "test_places.py",
)

for name in ("REDIS_URL", "DATABASE_URL", "BOT_TOKEN"):
    # The suite flushes what it finds: it must never find anybody's real servers.
    os.environ.pop(name, None)


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that a bot has, which is also the faster one."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.hookimpl(trylast=True)  # pytest has tests together that share a loop, and others last
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: whichever process comes to one last has the others wait for it."""
    rank = {name: place for place, name in enumerate(_LONGEST)}

    def place(item: pytest.Item) -> tuple[bool, int]:
        return (together(item.nodeid) != BROWSER, rank.get(item.path.name, len(rank)))

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return Together(config, log)


def pytest_collection_finish() -> None:
    """What is imported by now stays: no later collection needs to look through it, nor as often."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with reading_once(), initialised_once(tmp_path_factory.mktemp("cluster")):
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


@pytest.fixture
async def database(engine: AsyncEngine) -> AsyncEngine:
    """The migrated database, empty."""
    async with engine.begin() as connection:
        await connection.execute(sa.text(_EMPTY))
    return engine


@pytest.fixture
async def redis(session_redis: Redis) -> Redis:
    """The Redis server, empty."""
    await session_redis.flushall()
    return session_redis


@pytest.fixture
def settings(servers: EmbeddedServers) -> CoreSettings:
    return CoreSettings(
        _env_file=None,
        redis_url=servers.redis_url,
        database_url=servers.database_url,
        inventory_worker=False,
    )


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
