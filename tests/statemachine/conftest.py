"""One event loop and two servers for each test here; the fixtures of other tests live on another loop."""

import asyncio
from collections.abc import Iterator

import pytest
import uvloop

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import upgrade
from apps.game_core.adapters.redis.client import connect
from apps.game_core.settings import Cleanup, CoreSettings, DurabilityMode
from tools.statemachine.faults import wired_scripts
from tools.statemachine.world import Stores


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as made:
        yield made


@pytest.fixture(params=(DurabilityMode.LAZY, DurabilityMode.STRICT))
def stores(
    servers: EmbeddedServers, runner: asyncio.Runner, request: pytest.FixtureRequest
) -> Iterator[Stores]:
    core_settings = CoreSettings(
        _env_file=None,
        redis_url=servers.redis_url,
        database_url=servers.database_url,
        inventory_worker=False,
        inventory_sync_failures=1000,
        inventory_cleanup=Cleanup.AGGRESSIVE,
        inventory_durability=request.param,
    )
    redis, engine = connect(servers.redis_url), make_engine(servers.database_url)

    async def open_stores() -> Stores:
        await upgrade(engine)
        made = Stores(core_settings, redis, engine)
        await made.execute("TRUNCATE characters RESTART IDENTITY CASCADE")
        return made

    async def close_stores() -> None:
        await redis.flushdb()
        await redis.aclose()
        await engine.dispose()

    with wired_scripts():
        yield runner.run(open_stores())
    runner.run(close_stores())
