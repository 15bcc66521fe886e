"""Commands of many tasks share a pipeline, and nothing else."""

import asyncio

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, ResponseError  # noqa: A004 - redis' own

from apps.redis_connections import Connections, Line
from bot.scripts import Script
from tests.support.redis_answers import answered
from tools.support.patience import PATIENCE
from tools.support.round_trips import counting_round_trips


async def test_a_command_that_is_alone_goes_as_ever(redis: Redis) -> None:
    line = Line(Connections(redis))
    with counting_round_trips() as counted:
        for number in range(3):
            assert await line.call(("INCR", "count")) == number + 1
    assert counted.trips == 3


async def test_what_comes_at_once_is_two_round_trips(redis: Redis) -> None:
    line = Line(Connections(redis))
    with counting_round_trips() as counted:
        found = await asyncio.gather(*(line.call(("ECHO", f"{number}")) for number in range(50)))
    assert found == [b"%d" % number for number in range(50)]
    assert counted.trips == 2


async def test_scripts_of_the_bot_that_come_at_once_share_their_round_trips(redis: Redis) -> None:
    connections = Connections(redis)
    scripts = [Script(connections, f"return ARGV[1] .. '{word}'") for word in ("a", "b")]
    for script in scripts:
        await script([], [""])  # the server knows them from here on

    with counting_round_trips() as counted:
        found = await asyncio.gather(*(script([], [number]) for number in range(20) for script in scripts))

    assert found == [b"%d%s" % (number, word) for number in range(20) for word in (b"a", b"b")]
    assert counted.trips == 2


async def test_an_error_is_its_command_s_alone(redis: Redis) -> None:
    line = Line(Connections(redis))
    calls = [line.call(command) for command in (("ECHO", "a"), ("NONSENSE",), ("ECHO", "b"), ("GET",))]
    first, second, third, fourth = await asyncio.gather(*calls, return_exceptions=True)
    assert (first, third) == (b"a", b"b")
    assert [type(second), type(fourth)] == [ResponseError, ResponseError]


async def test_whoever_is_cancelled_leaves_the_others_their_answers(redis: Redis) -> None:
    line = Line(Connections(redis))
    tasks = [asyncio.create_task(line.call(("ECHO", f"{number}"))) for number in range(4)]
    await asyncio.sleep(0)
    tasks[2].cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [found[0], found[1], found[3]] == [b"0", b"1", b"3"]
    assert isinstance(found[2], asyncio.CancelledError)
    assert await line.call(("ECHO", "later")) == b"later"


async def test_a_server_that_is_away_is_everybody_s_error() -> None:
    line = Line(Connections(Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 1))))
    found = await asyncio.gather(*(line.call(("ECHO", "a")) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in found] == [ConnectionError] * 3
    with pytest.raises(ConnectionError):
        await line.call(("ECHO", "b"))


async def test_a_pipeline_that_is_called_off_before_it_is_sent_leaves_the_line_to_others(
    redis: Redis,
) -> None:
    line = Line(Connections(redis))
    under_way = asyncio.create_task(line.call(("BLPOP", "list", 0)))
    waiting = asyncio.create_task(line.call(("ECHO", "a")))
    await asyncio.sleep(0)
    [sending] = line._sending
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    async with asyncio.timeout(PATIENCE):
        assert await line.call(("ECHO", "b")) == b"b"
    await answered(redis.rpush("list", "pushed"))
    assert await under_way == [b"list", b"pushed"]


@pytest.mark.parametrize("kept", [0, 8])
async def test_answers_that_nobody_has_read_are_nobody_elses(redis: Redis, kept: int) -> None:
    await redis.mset({"a": "A", "b": "B"})
    connections = Connections(redis, kept)

    def fails(_: object) -> object:
        raise IndexError

    # Longer than what the server reads at once: so it answers what is before it first.
    long, slow = f"return 1 --{'x' * 30_000}", "for i = 1, 30000000 do end return 'late'"
    with pytest.raises(IndexError):
        await connections.pipelined([("GET", "a"), ("EVAL", long, 0), ("EVAL", slow, 0)], fails)

    assert [await connections.call("GET", name) for name in ("b", "a")] == [b"B", b"A"]
