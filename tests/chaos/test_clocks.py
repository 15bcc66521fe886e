"""Both ways to step Redis' clock do the same to what stands in Redis."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from apps.embedded import EmbeddedServers, RedisOptions
from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.client import connect
from tests.support.redis_answers import answered
from tools.chaos.clocks import FakedClock, RedisClock, ShiftedTimes, faked_clock
from tools.support.patience import PATIENCE

HOUR = 3600

Stepped = tuple[RedisClock, Redis]


@pytest.fixture(params=["faked", "shifted"])
async def stepped(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stepped]:
    faked = faked_clock(tmp_path)
    if request.param == "faked" and faked is None:
        pytest.skip("libfaketime is not installed")
    environment = faked.environment if faked and request.param == "faked" else {}
    options = RedisOptions(appendonly=None, environment=environment)
    with EmbeddedServers(tmp_path, durable=False, postgres=False, redis_options=options) as servers:
        redis = connect(servers.redis_url)
        clock = faked if faked and request.param == "faked" else ShiftedTimes(redis)
        yield clock, redis
        await redis.aclose()


async def step(clock: RedisClock, redis: Redis, hours: int) -> None:
    """Until the server has noticed."""
    await clock.set(hours)
    if isinstance(clock, FakedClock):
        async with asyncio.timeout(PATIENCE):
            while abs((await redis.time())[0] - time.time() - hours * HOUR) > HOUR / 2:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def since_now(redis: Redis, at: bytes) -> float:
    """Hours from now, as Redis counts."""
    seconds: int = (await redis.time())[0]
    return (float(at) / 1000 - seconds) / HOUR


@pytest.mark.parametrize("hours", [-6, 6])
async def test_fault_47_every_time_in_redis_is_as_far_away_as_the_clock_jumped(
    stepped: Stepped, hours: int
) -> None:
    clock, redis = stepped
    now = int(time.time() * 1000)
    await answered(redis.hset(keys.control(1), mapping={"rev": "r", "since": now, "t:token": f"3 {now}"}))
    await redis.zadd(keys.DIRTY_INDEX, {"1": now})

    await step(clock, redis, hours)

    since, token = await answered(redis.hmget(keys.control(1), ["since", "t:token"]))
    due = await redis.zscore(keys.DIRTY_INDEX, "1")
    version, at = token.split()
    assert version == b"3"
    for each in (since, at, str(due).encode()):
        assert await since_now(redis, each) == pytest.approx(-hours, abs=0.1)


async def test_fault_47_what_has_an_expiry_expires_in_a_jump_and_what_has_none_does_not(
    stepped: Stepped,
) -> None:
    clock, redis = stepped
    await redis.set(keys.session(1), "clean", px=60_000)
    await redis.set(keys.session(2), "dirty")

    await step(clock, redis, 6)

    assert await redis.exists(keys.session(1)) == 0
    assert await redis.get(keys.session(2)) == b"dirty"


async def test_fault_47_back_where_it_was_it_is_as_if_nothing_had_been(stepped: Stepped) -> None:
    clock, redis = stepped
    await redis.set(keys.session(1), "clean", px=60_000)

    await step(clock, redis, -6)
    assert await redis.pttl(keys.session(1)) > 5 * HOUR * 1000
    await step(clock, redis, 0)

    assert 0 < await redis.pttl(keys.session(1)) <= 60_000
