"""Numbers over HTTP."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from aiohttp import ClientSession

from apps.game_core.adapters.monitoring import serve_monitoring
from apps.game_core.adapters.redis import keys
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.errors import DatabaseDownError
from apps.game_core.modules.inventory.inventory.logic.sessions import session_counting
from apps.game_core.modules.inventory.inventory.logic.sessions.session_counting import SessionCounting
from apps.game_core.modules.inventory.oversight import TakeNumbers
from apps.game_core.settings import CoreSettings
from tests.support.redis_answers import answered
from tests.support.world import World
from tools.support.patience import PATIENCE
from tools.support.ports import free_port

SAMPLED = {
    "inventory_sessions_active",
    "inventory_sessions_dirty",
    "inventory_session_ttl_seconds",
    "inventory_oldest_dirty_seconds",
    "inventory_sessions_parked",
    "inventory_sessions_sampled_timestamp_seconds",
}


def exposed(world: World) -> dict[str, float]:
    """What `/metrics` says, by name with labels."""
    lines = world.core.metrics.render().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


async def sample(world: World) -> None:
    for chore in world.core.worker.chores:
        await chore.round()
    await world.count_sessions()


async def test_metrics_tell_what_happened(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    await sample(world)
    await world.gateway.sync_inventory(char_id)
    port = free_port()

    async with (
        serve_monitoring(world.core.metrics, world.core.probes, "127.0.0.1", port),
        ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        text = await (await client.get("/metrics")).text()
        live, ready = await client.get("/livez"), await client.get("/readyz")
        assert (live.status, ready.status) == (200, 200)
        assert await ready.json() == {"redis": True, "eviction": True, "postgres": True, "schema": True}

    numbers = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert numbers["inventory_sessions_active"] == "1.0"
    assert numbers["inventory_sessions_dirty"] == "1.0"
    assert numbers["inventory_syncs_total"] == "1.0"
    assert numbers["inventory_rows_written_total"] == "1.0"
    assert numbers['inventory_loads_total{reason="cold"}'] == "1.0"


async def test_gauges_say_nothing_where_nobody_has_looked(world: World) -> None:
    """A bot without a worker knows nothing of other processes' sessions, and zero would be a lie."""
    char_id = await world.character()
    await world.gateway.view(char_id)

    assert SAMPLED.isdisjoint(exposed(world))


async def test_gauges_say_nothing_of_what_there_is_not(world: World) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    await sample(world)
    assert SAMPLED - exposed(world).keys() == {"inventory_oldest_dirty_seconds"}

    await world.gateway.lock_item(char_id, (await world.item(char_id, "bread")).id)
    await sample(world)
    assert SAMPLED - exposed(world).keys() == {"inventory_session_ttl_seconds"}
    assert exposed(world)["inventory_sessions_active"] == 1

    await world.core.redis.flushall()
    await sample(world)
    found = exposed(world)
    assert SAMPLED - found.keys() == {"inventory_oldest_dirty_seconds", "inventory_session_ttl_seconds"}
    assert (found["inventory_sessions_active"], found["inventory_sessions_dirty"]) == (0, 0)


async def _nothing(_: World, __: int) -> None:
    return


async def _document_lost(world: World, char_id: int) -> None:
    await world.core.redis.delete(keys.session(char_id))


async def _control_lost(world: World, char_id: int) -> None:
    await world.core.redis.delete(keys.control(char_id))
    await world.core.redis.zrem(keys.DIRTY_INDEX, char_id)


async def _index_lost(world: World, _: int) -> None:
    await world.core.redis.delete(keys.DIRTY_INDEX)
    await sample(world)


async def _parked(world: World, char_id: int) -> None:
    while not await world.core.store.fail(char_id):
        pass


async def _quarantined(world: World, char_id: int) -> None:
    await world.core.redis.set(keys.session(char_id), "not a session")
    await world.core.store.read(char_id)


Accident = Callable[[World, int], Awaitable[None]]


@pytest.mark.parametrize("accident", [_nothing, _document_lost, _control_lost])
@pytest.mark.parametrize("clean", [True, False], ids=["clean", "dirty"])
async def test_fault_52_sessions_are_counted_alike_wherever_one_asks(
    world: World, accident: Accident, clean: bool
) -> None:
    await _counted_alike(world, accident, clean=clean)


@pytest.mark.parametrize("accident", [_index_lost, _parked, _quarantined])
async def test_unwritten_sessions_are_counted_alike_wherever_one_asks(
    world: World, accident: Accident
) -> None:
    await _counted_alike(world, accident, clean=False)


async def _counted_alike(world: World, accident: Accident, *, clean: bool) -> None:
    one, other = await world.character("One"), await world.character("Other")
    for char_id in (one, other):
        await world.gateway.lock_item(char_id, (await world.item(char_id, "bread")).id)
    await world.gateway.sync_inventory(other)
    if clean:
        await world.gateway.sync_inventory(one)
    await world.core.redis.set("session:inventory:stranger", "x")
    await accident(world, one)

    await sample(world)
    asked = await world.core.router.route("inventory", "metrics", TakeNumbers())

    found = exposed(world)
    assert found["inventory_sessions_active"] == asked.sessions.active
    assert found["inventory_sessions_dirty"] == asked.sessions.dirty
    assert found["inventory_sessions_parked"] == asked.parked
    oldest = found.get("inventory_oldest_dirty_seconds")
    assert (oldest is None) == (asked.sessions.oldest_dirty is None)
    # A session whose document is lost still is one while there is something to write.
    lost = accident is _control_lost or (clean and accident is _document_lost)
    assert asked.sessions.active == (1 if lost else 2)
    assert asked.sessions.dirty == (0 if clean or accident is _control_lost else 1)


async def test_fault_47_no_age_is_negative_when_the_clock_of_redis_steps_back(world: World) -> None:
    char_id = await world.character()
    await world.gateway.lock_item(char_id, (await world.item(char_id, "bread")).id)
    since = await answered(world.core.redis.hget(keys.control(char_id), "since"))
    assert since
    ahead = str(int(since) + 6 * 3_600_000)
    await answered(world.core.redis.hset(keys.control(char_id), "since", ahead))

    await sample(world)
    asked = await world.core.router.route("inventory", "metrics", TakeNumbers())

    assert exposed(world)["inventory_oldest_dirty_seconds"] == asked.sessions.oldest_dirty == 0


async def test_one_process_tells_of_all_sessions(world: World, settings: CoreSettings) -> None:
    char_id = await world.character()
    await world.gateway.lock_item(char_id, (await world.item(char_id, "bread")).id)
    async with open_core(settings) as core:
        second = World(core)
        for each in (world, second, world, second):
            await each.count_sessions()
        assert SAMPLED.isdisjoint(exposed(second))
        assert exposed(world)["inventory_sessions_dirty"] == 1

        await world.core.worker.leave()
        for each in (second, world):
            await each.count_sessions()
        assert SAMPLED.isdisjoint(exposed(world))
        assert exposed(second)["inventory_sessions_active"] == 1


async def test_who_has_slept_through_its_lease_does_not_tell_what_it_knew_before(world: World) -> None:
    await world.count_sessions()
    assert exposed(world)["inventory_sessions_active"] == 0

    world.core.metrics.speaks(time.monotonic())
    assert SAMPLED.isdisjoint(exposed(world))
    world.core.metrics.speaks(time.monotonic() + PATIENCE)
    assert SAMPLED.isdisjoint(exposed(world))


async def test_many_sessions_are_counted_over_some_rounds(world: World) -> None:
    await world.core.redis.mset({f"states:{number}": "" for number in range(3_000)})
    await world.gateway.view(await world.character())
    await world.core.worker.shares.renew()
    [counting] = [each for each in world.core.worker.chores if isinstance(each, SessionCounting)]

    with patch.object(session_counting, "_STRETCHES", 1):
        await counting.round()
        assert SAMPLED.isdisjoint(exposed(world))
        async with asyncio.timeout(PATIENCE):
            while "inventory_sessions_active" not in exposed(world):
                await counting.round()

    assert exposed(world)["inventory_sessions_active"] == 1


_SESSIONS = """
for number = ARGV[1], ARGV[1] + 4999 do
    redis.call('SET', KEYS[1] .. number, '')
    redis.call('HSET', KEYS[2] .. number, 'rev', 'r')
end
"""


async def test_gauges_of_100_000_sessions_are_seconds_old_and_their_sum_is_the_truth(
    world: World, settings: CoreSettings
) -> None:
    for first in range(0, 100_000, 5_000):
        await answered(world.core.redis.eval(_SESSIONS, 2, keys.SESSION, keys.CONTROL, str(first)))
    char_id = await world.character()
    await world.gateway.lock_item(char_id, (await world.item(char_id, "bread")).id)
    [counting] = [each for each in world.core.worker.chores if isinstance(each, SessionCounting)]
    oldest, rounds, begun = counting.period, 0, time.process_time()
    async with open_core(settings) as core:
        both = (world, World(core))
        while not any("inventory_sessions_active" in exposed(each) for each in both):
            for each in both:
                await each.count_sessions()
            rounds += 1
        told = [exposed(each) for each in both]

    for name, truth in (("inventory_sessions_active", 100_001), ("inventory_sessions_dirty", 1)):
        assert sum(each.get(name, 0) for each in told) == truth
    oldest += rounds * settings.inventory_worker_period + time.process_time() - begun
    assert oldest < 15


async def test_loads_are_counted_by_reason(world: World) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    await world.core.redis.flushall()
    await world.gateway.view(char_id)
    text = world.core.metrics.render().decode()
    assert 'inventory_loads_total{reason="cold"} 1.0' in text
    assert 'inventory_loads_total{reason="expired"} 1.0' in text


async def test_not_ready_while_a_server_is_away(world: World) -> None:
    async def away() -> None:
        raise DatabaseDownError

    port = free_port()
    probes = {**world.core.probes, "postgres": away}
    async with (
        serve_monitoring(world.core.metrics, probes, "127.0.0.1", port),
        ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        ready, live = await client.get("/readyz"), await client.get("/livez")
        assert (ready.status, live.status) == (503, 200)
        assert await ready.json() == {"redis": True, "postgres": False, "schema": True, "eviction": True}


async def test_a_workers_rounds_are_counted_as_they_end(world: World) -> None:
    async def away(*_: object) -> list[int]:
        raise DatabaseDownError

    def ends(_: float) -> None:
        raise asyncio.CancelledError

    after_one = SimpleNamespace(sleep=ends)
    ended = "inventory_worker_round_timestamp_seconds"
    failed = replace(world.core.worker, clock=after_one, store=SimpleNamespace(due=away))
    with pytest.raises(asyncio.CancelledError):
        await failed.run()
    assert exposed(world)['inventory_sync_failures_total{what="round"}'] == 1
    assert ended not in exposed(world)

    with pytest.raises(asyncio.CancelledError):
        await replace(world.core.worker, clock=after_one).run()
    assert exposed(world)[ended] == pytest.approx(time.time(), abs=PATIENCE)
    assert exposed(world)['inventory_sync_failures_total{what="round"}'] == 1
