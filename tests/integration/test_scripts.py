"""Connections that stay ours: each call has its own answer, whatever became of the one before."""

import asyncio
from collections.abc import AsyncIterator
from unittest.mock import patch

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from apps.game_core.adapters.redis.client import connect
from apps.game_core.settings import CoreSettings
from apps.redis_connections import Connections
from bot.scripts import Script
from tests.support.redis_answers import answered, command
from tools.support.round_trips import counting_round_trips

ECHO = "return {KEYS[1], ARGV[1]}"
PATIENCE = 0.5


@pytest.fixture
async def client(settings: CoreSettings) -> AsyncIterator[Redis]:
    made = connect(settings.redis_url, timeout=PATIENCE)
    yield made
    await made.aclose()


@pytest.fixture(params=[0, 2])
def connections(client: Redis, request: pytest.FixtureRequest) -> Connections:
    return Connections(client, request.param)


async def test_a_connection_that_is_kept_is_not_asked_for_again(client: Redis) -> None:
    connections = Connections(client, kept=1)
    await connections.call("PING")

    with (
        patch.object(client.connection_pool, "get_connection", side_effect=AssertionError),
        counting_round_trips() as counted,
    ):
        assert await connections.call("ECHO", "a") == b"a"

    assert counted.trips == 1


async def test_many_at_once_have_their_own_answers(connections: Connections) -> None:
    asked = [str(number).encode() for number in range(100)]

    assert await asyncio.gather(*(connections.call("ECHO", each) for each in asked)) == asked


async def test_a_script_that_the_server_forgot_is_told_again(connections: Connections, redis: Redis) -> None:
    echo = Script(connections, ECHO)

    assert await echo(["k"], [1]) == [b"k", b"1"]
    await answered(redis.script_flush())
    assert await echo(["k"], [2]) == [b"k", b"2"]
    with counting_round_trips() as counted:
        assert await echo(["k"], [3]) == [b"k", b"3"]
    assert counted.trips == 1


async def test_a_refusal_is_the_call_s_own(connections: Connections) -> None:
    with pytest.raises(ResponseError):
        await Script(connections, "return redis.call('NONSENSE')")([], [])

    assert await connections.call("ECHO", "b") == b"b"


async def test_a_connection_that_was_closed_meanwhile_is_replaced(
    connections: Connections, redis: Redis
) -> None:
    for _ in range(2):
        client_id = await connections.call("CLIENT", "ID")
        await command(redis, "CLIENT", "KILL", "ID", str(client_id))

        assert await connections.call("ECHO", "c") == b"c"


async def test_an_answer_that_came_too_late_is_nobody_s(connections: Connections) -> None:
    await connections.call("PING")
    with pytest.raises((TimeoutError, RedisError)):
        await connections.call("BLPOP", "nothing", 2 * PATIENCE)

    assert await connections.call("ECHO", "d") == b"d"


async def test_each_call_has_all_the_time_that_there_is_and_no_more(
    connections: Connections, redis: Redis
) -> None:
    client_id = await connections.call("CLIENT", "ID")
    for _ in range(2):
        await connections.call("BLPOP", "nothing", 0.6 * PATIENCE)
    assert await connections.call("CLIENT", "ID") == client_id

    waiting = asyncio.create_task(connections.call("BLPOP", "nothing", 0))
    try:
        async with asyncio.timeout(10 * PATIENCE):
            while await redis.client_list(client_id=[str(client_id)]):  # noqa: ASYNC110 - the server says so
                await asyncio.sleep(0.01)
    finally:
        waiting.cancel()
        await asyncio.wait({waiting})


async def test_an_answer_that_nobody_waits_for_any_more_is_nobody_s(connections: Connections) -> None:
    await connections.call("PING")
    waiting = asyncio.create_task(connections.call("BLPOP", "nothing", PATIENCE / 2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})

    assert await connections.call("ECHO", "e") == b"e"


async def test_without_a_server_it_says_so(unused_tcp_port: int) -> None:
    away = connect(f"redis://127.0.0.1:{unused_tcp_port}", timeout=PATIENCE)

    with pytest.raises((RedisError, OSError)):
        await Connections(away, kept=1).call("PING")

    await away.aclose()


async def test_of_few_connections_none_is_kept(settings: CoreSettings) -> None:
    few = connect(settings.redis_url, max_connections=2, timeout=PATIENCE)
    first, second = (Connections(few, kept=8) for _ in range(2))

    for _ in range(2):
        await asyncio.gather(*(each.call("PING") for each in (first, second) * 3))

    assert await few.exists("nothing") == 0
    await few.aclose()


async def test_why_a_script_cannot_be_loaded_is_told(connections: Connections) -> None:
    with pytest.raises(ResponseError, match="compiling"):
        await Script(connections, "this is no Lua")([], [])
