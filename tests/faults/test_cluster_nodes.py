"""One node of a Redis Cluster is not like the others: it comes back with old data, or its clock jumps."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.crc import key_slot
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.redis.keys import IN_A_CLUSTER
from apps.game_core.container import open_core
from apps.game_core.settings import CoreSettings
from tests.integration.test_audit import findings
from tests.support.world import World
from tools.chaos.clocks import FakedClock, faked_clock
from tools.failover.clustered import Clustered, clustered
from tools.failover.watched import at
from tools.support.patience import PATIENCE

DURABLE = {"appendonly": "yes", "appendfsync": "always"}
HOUR = 3600


@pytest.fixture
def clock(tmp_path: Path) -> FakedClock:
    return faked_clock(tmp_path) or pytest.skip("libfaketime is not installed")


@pytest.fixture
def three(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Clustered]:
    """Masters alone. Where a test has a `clock`, it is that of the first."""
    environment = request.getfixturevalue("clock").environment if "clock" in request.fixturenames else {}
    with clustered(tmp_path, replicas=0, config=DURABLE, environment=environment) as started:
        yield started


@pytest.fixture
async def world(three: Clustered, settings: CoreSettings, database: AsyncEngine) -> AsyncIterator[World]:
    async with open_core(settings.model_copy(update={"redis_url": three.url})) as core:
        yield World(core)


async def everywhere(world: World, three: Clustered) -> tuple[int, ...]:
    """A character on each node, the first one's first."""
    found: dict[int, int] = {}
    while len(found) < len(three.servers):
        char_id = await world.character()
        found[three.owner(key_slot(IN_A_CLUSTER.session(char_id).encode()))] = char_id
    return tuple(found[port] for port in three.servers)


async def eats(world: World, char_id: int) -> None:
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id, 1)


async def test_a_node_that_comes_back_with_old_data(world: World, three: Clustered, tmp_path: Path) -> None:
    """What it has lost is brought back, and nobody else notices."""
    players = await everywhere(world, three)
    for each in players:
        await eats(world, each)
    before = [world.core.store.server_of(each) for each in players]
    _, node = next(iter(three.servers.items()))
    data, kept = node.folder.path / "redis", tmp_path / "older"
    shutil.copytree(data, kept)
    for each in players:
        await eats(world, each)

    node.kill()
    shutil.rmtree(data)
    shutil.copytree(kept, data)
    node.start()
    await asyncio.to_thread(three.until_well)
    await world.core.losses.round()

    for each in players:
        assert await world.pieces(each, "bread") == 1
        assert (await world.gateway.open(each)).conflicts == (), "nothing is lost"
    after = [world.core.store.server_of(each) for each in players]
    assert [one != other for one, other in zip(before, after, strict=True)] == [True, False, False]
    assert await world.core.worker.drain() == len(players)
    assert [await world.pieces_in_rows(each, "bread") for each in players] == [1, 1, 1]
    assert await findings(world) == []


async def step(three: Clustered, clock: FakedClock, hours: int) -> None:
    """Until the first node has noticed."""
    first, second, _ = three.servers
    await clock.set(hours)
    with at(first) as client, at(second) as other:
        async with asyncio.timeout(PATIENCE):
            while abs(client.time()[0] - other.time()[0] - hours * HOUR) > HOUR / 2:  # noqa: ASYNC110 - a server's
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("hours", [(6,), (-6,), (6, -6)])
async def test_fault_47_the_clock_of_one_node_jumps(
    clock: FakedClock, world: World, three: Clustered, hours: tuple[int, ...]
) -> None:
    """Its players are written on, neither late nor before all others, and nobody is refused."""
    players = await everywhere(world, three)
    for each in players:
        await eats(world, each)
    for jump in hours:
        await step(three, clock, jump)
    for each in players:
        await eats(world, each)
    async with asyncio.timeout(PATIENCE):
        while await world.core.store.dirty():
            await world.core.worker.round()
            await asyncio.sleep(0.02)
    assert [await world.pieces_in_rows(each, "bread") for each in players] == [1, 1, 1]
    assert await findings(world) == []
