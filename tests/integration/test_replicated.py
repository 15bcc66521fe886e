"""With `INVENTORY_DURABILITY=replicated` a replica has what a player is told: on a real master with one."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded.redis import RedisServer
from apps.game_core.adapters.redis.copies import RedisCopies
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.errors import OverruledError, SyncFailedError
from apps.game_core.modules.inventory.ports import Copied
from apps.game_core.settings import CoreSettings, DurabilityMode
from tests.support.world import World
from tools.failover.watched import Watched, at, watched


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched(tmp_path_factory.mktemp("pair"), replicas=1) as started:
        yield started


@pytest.fixture
async def replicated(pair: Watched, settings: CoreSettings, database: AsyncEngine) -> AsyncIterator[World]:
    with at(pair.port_of(pair.master)) as master:
        master.flushall()
        master.wait(1, 0)  # the replica is in step
    update = {"redis_url": pair.url, "inventory_durability": DurabilityMode.REPLICATED}
    async with open_core(settings.model_copy(update=update)) as core:
        yield World(core)


@pytest.fixture
def replica(pair: Watched) -> RedisServer:
    [other] = [each for each in pair.servers.values() if each is not pair.master]
    return other


@contextmanager
def out_of_reach(server: RedisServer) -> Iterator[None]:
    server.pause()
    try:
        yield
    finally:
        server.resume()


async def test_what_no_replica_has_is_not_called_done_and_is_when_one_has_it(
    replicated: World, replica: RedisServer
) -> None:
    char_id = await replicated.character()
    bread = await replicated.item(char_id, "bread")

    with out_of_reach(replica):
        for _ in range(2):
            with pytest.raises(SyncFailedError, match="no replica"):
                await replicated.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    outcome = await replicated.gateway.drop_item(char_id, bread.id, 1, op_id="one")

    assert outcome.repeated
    assert (await replicated.item(char_id, "bread")).quantity == 2


async def test_what_the_database_has_needs_no_replica(replicated: World, replica: RedisServer) -> None:
    char_id = await replicated.character()
    bread = await replicated.item(char_id, "bread")
    await replicated.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    await replicated.gateway.sync_inventory(char_id)

    with out_of_reach(replica):
        assert (await replicated.gateway.drop_item(char_id, bread.id, 1, op_id="one")).repeated


@pytest.mark.parametrize("known", [True, False])
async def test_what_another_master_lacks_is_brought_back_or_not_called_done(
    replicated: World, pair: Watched, known: bool
) -> None:
    char_id = await replicated.character()
    bread = await replicated.item(char_id, "bread")
    asked, lost = RedisCopies.of, False

    async def of(self: RedisCopies, whose: int, op_id: str) -> Copied:
        nonlocal lost
        if not lost:
            lost = True
            with at(pair.port_of(pair.master)) as master:
                master.flushall()
            if not known:
                replicated.core.sessions._healing.changes.forget(char_id)
        return await asked(self, whose, op_id)

    with patch.object(RedisCopies, "of", of):
        if known:
            await replicated.gateway.drop_item(char_id, bread.id, 1, op_id="one")
        else:
            with pytest.raises(OverruledError):
                await replicated.gateway.drop_item(char_id, bread.id, 1, op_id="one")

    assert (await replicated.item(char_id, "bread")).quantity == (2 if known else 3)
