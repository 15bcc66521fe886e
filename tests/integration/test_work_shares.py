"""Workers divide what is to be written, and nothing waits for one that has gone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from unittest.mock import patch

import pytest
from redis.asyncio import Redis

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.client import connect
from apps.game_core.adapters.redis.keys import SHARES, share_of
from apps.game_core.adapters.redis.server_identity import ServerIdentity
from apps.game_core.adapters.redis.share_leases import RedisShareLeases
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.errors import SessionStoreDownError
from apps.game_core.settings import CoreSettings
from tests.support.invariants import check
from tests.support.redis_answers import answered
from tests.support.world import World
from tools.support.patience import PATIENCE

ALL = frozenset(range(SHARES))
NONE: frozenset[int] = frozenset()
HOURS = 6 * 3_600_000


@pytest.fixture
async def redis(servers: EmbeddedServers, redis: Redis) -> AsyncIterator[Redis]:
    """By connections that nobody else needs: each worker keeps one of them."""
    client = connect(servers.redis_url)
    yield client
    await client.aclose()


def worker(redis: Redis, lease: float = PATIENCE) -> RedisShareLeases:
    return RedisShareLeases(redis, ServerIdentity(), lease)


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await look():  # noqa: ASYNC110 - a lease tells nobody that it is over
            await asyncio.sleep(0.02)


@pytest.fixture
async def second(settings: CoreSettings, world: World) -> AsyncIterator[World]:
    """Another process, and both have their half."""
    async with open_core(settings) as core:
        for shares in (world.core.worker.shares, core.worker.shares) * 2:
            await shares.renew()
        yield World(core)


async def due_now(world: World, count: int) -> list[int]:
    """Characters with a change whose time has just come, some of each half."""
    found: list[int] = []
    while len(found) < count or len({share_of(each) < SHARES // 2 for each in found}) < 2:
        char_id = await world.character()
        await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id, 1)
        found.append(char_id)
    now = await world.redis_now()
    await world.core.redis.zadd(keys.DIRTY_INDEX, dict.fromkeys(map(str, found), now - 1))
    return found


async def test_whoever_comes_gets_its_part_once_others_have_given_it_up(redis: Redis) -> None:
    first, second = worker(redis), worker(redis)
    assert await first.renew() == ALL
    assert await second.renew() == NONE

    half = await first.renew()
    rest = await second.renew()

    assert (len(half), half & rest, half | rest) == (SHARES // 2, NONE, ALL)
    assert (await first.renew(), await second.renew()) == (half, rest)
    assert 0 in half, "whoever tells of what all share goes on"


@pytest.mark.parametrize("count", [3, 7])
async def test_all_have_as_much(redis: Redis, count: int) -> None:
    workers = [worker(redis) for _ in range(count)]
    for each in (*workers, *workers):
        await each.renew()

    found = [await each.renew() for each in workers]

    assert sorted(share for each in found for share in each) == sorted(ALL)
    assert max(map(len, found)) - min(map(len, found)) < count


async def test_what_a_worker_gives_up_the_others_have(redis: Redis) -> None:
    first, second = worker(redis), worker(redis)
    for each in (first, second, first):
        await each.renew()
    theirs = await second.renew()

    assert await first.leave() == theirs
    assert await second.renew() == ALL
    assert await second.leave() == NONE
    assert await answered(redis.hgetall(keys.WORK)) == {}


async def test_what_a_silent_worker_had_is_taken_over_and_stays_so_when_it_wakes(redis: Redis) -> None:
    asleep, awake = worker(redis, lease=0.05), worker(redis)
    assert await asleep.renew() == ALL

    async def taken_over() -> bool:
        return await awake.renew() == ALL

    await until(taken_over)
    assert await asleep.renew() == NONE


async def test_a_lease_written_by_a_clock_that_was_ahead_is_over(redis: Redis) -> None:
    dead, living = worker(redis), worker(redis)
    await dead.renew()
    [(name, ends)] = [
        each for each in (await answered(redis.hgetall(keys.WORK))).items() if each[0].startswith(b"w:")
    ]
    at, lease = map(int, ends.split())
    await answered(redis.hset(keys.WORK, name.decode(), f"{at + HOURS} {lease}"))

    assert await living.renew() == ALL


async def test_nothing_is_left_of_workers_that_have_gone(redis: Redis) -> None:
    await worker(redis, lease=0.01).renew()

    async def gone() -> bool:
        return not await redis.exists(keys.WORK)

    await until(gone)


async def test_each_writes_its_own(world: World, second: World) -> None:
    players = await due_now(world, 6)
    own = [each for each in players if share_of(each) in (world.core.worker.shares.own or ())]
    assert 0 < len(own) < len(players)

    assert await world.core.worker.round() == len(own)
    assert sorted(await world.core.store.dirty()) == sorted(set(players) - set(own))
    assert await second.core.worker.round() == len(players) - len(own)

    for char_id in players:
        assert not await world.is_indexed(char_id)
        await check(world, char_id)


async def test_what_its_worker_does_not_write_another_one_does(world: World, second: World) -> None:
    """It says that it lives, and cannot reach the database."""
    players = await due_now(world, 2)
    long_ago = await world.redis_now() - 1000 * second.core.worker.shares.leases.lease - 1000
    await world.core.redis.zadd(keys.DIRTY_INDEX, dict.fromkeys(map(str, players), long_ago))

    assert await second.core.worker.round() == len(players)


async def test_whoever_does_not_know_whose_what_is_writes_all(world: World, second: World) -> None:
    players = await due_now(world, 2)
    shares = second.core.worker.shares
    with patch.object(shares.leases, "renew", side_effect=SessionStoreDownError("planned")):
        await shares.renew()

    assert await second.core.worker.round() == len(players)


async def test_the_end_of_a_worker_leaves_others_work_to_them(world: World, second: World) -> None:
    players = await due_now(world, 4)
    others = {each for each in players if share_of(each) in (world.core.worker.shares.own or ())}

    assert await second.core.worker.leave() == len(players) - len(others)
    assert set(await world.core.store.dirty()) == others

    assert await world.core.worker.leave() == len(others)
    assert await world.core.store.dirty() == []


async def test_the_end_of_a_bot_without_a_worker_leaves_all_to_the_workers(
    world: World, settings: CoreSettings
) -> None:
    async with open_core(settings) as bot:
        [char_id, *_] = await due_now(World(bot), 1)
        await world.core.worker.shares.renew()
        assert await bot.worker.leave() == 0
        assert await world.is_indexed(char_id)

        await world.core.worker.leave()
        assert await bot.worker.leave() == 0
        assert not await world.is_indexed(char_id)
