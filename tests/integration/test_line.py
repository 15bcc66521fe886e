"""Commands of many tasks share a connection, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.connection import Connection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, ReadOnlyError, RedisError, ResponseError  # noqa: A004 - redis' own

from apps.game_core.adapters.redis.client import connect
from apps.game_core.settings import CoreSettings
from apps.redis_connections import KEPT, Connections
from bot.scripts import Script
from tests.support.redis_answers import answered, command
from tools.support.patience import PATIENCE
from tools.support.round_trips import counting_round_trips

SHORT = 0.5


@pytest.fixture
async def impatient(settings: CoreSettings) -> AsyncIterator[Redis]:
    made = connect(settings.redis_url, timeout=SHORT)
    yield made
    await made.aclose()


async def test_a_command_that_is_alone_goes_as_ever(redis: Redis) -> None:
    connections = Connections(redis, KEPT)
    await connections.shared("SET", "count", 0)
    with counting_round_trips() as counted:
        for number in range(3):
            assert await connections.shared("INCR", "count") == number + 1
    assert counted.trips == 3


async def test_what_comes_at_once_is_one_round_trip(redis: Redis) -> None:
    connections = Connections(redis, KEPT)
    await connections.shared("ECHO", "greeted")
    with counting_round_trips() as counted:
        found = await asyncio.gather(*(connections.shared("ECHO", f"{number}") for number in range(50)))
    assert found == [b"%d" % number for number in range(50)]
    assert counted.trips == 1


async def test_who_comes_first_at_once_makes_one_connection(redis: Redis) -> None:
    connections = Connections(redis, KEPT)
    ids = await asyncio.gather(*(connections.shared("CLIENT", "ID") for _ in range(10)))
    assert len(set(ids)) == 1


async def test_scripts_of_the_bot_that_come_at_once_share_their_round_trip(redis: Redis) -> None:
    connections = Connections(redis, KEPT)
    scripts = [Script(connections, f"return ARGV[1] .. '{word}'") for word in ("a", "b")]
    for script in scripts:
        await script([], [""])  # the server knows them from here on

    with counting_round_trips() as counted:
        found = await asyncio.gather(*(script([], [number]) for number in range(20) for script in scripts))

    assert found == [b"%d%s" % (number, word) for number in range(20) for word in (b"a", b"b")]
    assert counted.trips == 1


async def test_an_error_is_its_command_s_alone(redis: Redis) -> None:
    connections = Connections(redis, KEPT)
    calls = [connections.shared(*each) for each in (("ECHO", "a"), ("NONSENSE",), ("ECHO", "b"), ("GET",))]
    first, second, third, fourth = await asyncio.gather(*calls, return_exceptions=True)
    assert (first, third) == (b"a", b"b")
    assert [type(second), type(fourth)] == [ResponseError, ResponseError]


async def test_whoever_is_cancelled_leaves_the_others_their_answers(redis: Redis) -> None:
    connections = Connections(redis, KEPT)
    for cancelled in (0, 2):  # the first one makes the connection
        tasks = [asyncio.create_task(connections.shared("ECHO", f"{number}")) for number in range(4)]
        await asyncio.sleep(0)
        tasks[cancelled].cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(found.pop(cancelled), asyncio.CancelledError)
        assert found == [b"%d" % number for number in range(4) if number != cancelled]
    assert await connections.shared("ECHO", "later") == b"later"


async def test_a_server_that_is_away_is_everybody_s_error() -> None:
    connections = Connections(Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 1)), KEPT)
    found = await asyncio.gather(*(connections.shared("ECHO", "a") for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in found] == [ConnectionError] * 3
    with pytest.raises(ConnectionError):
        await connections.shared("ECHO", "b")


async def test_whoever_waits_while_it_breaks_asks_anew(redis: Redis) -> None:
    connections = Connections(redis, KEPT)
    before = await connections.shared("CLIENT", "ID")
    waiting = [asyncio.create_task(connections.shared("BLPOP", "list", 0)) for _ in range(3)]
    async with asyncio.timeout(PATIENCE):
        while not (await redis.info("clients"))["blocked_clients"]:
            pass  # the server says so

    await command(redis, "CLIENT", "KILL", "ID", str(before))
    await answered(redis.rpush("list", "a", "b", "c"))

    async with asyncio.timeout(PATIENCE):
        found = await asyncio.gather(*waiting)
    assert sorted(value for _, value in found) == [b"a", b"b", b"c"]
    assert await connections.shared("CLIENT", "ID") != before


async def test_no_call_waits_for_ever(impatient: Redis) -> None:
    connections = Connections(impatient, KEPT)
    before = await connections.shared("CLIENT", "ID")

    async with asyncio.timeout(PATIENCE):
        with pytest.raises((RedisError, TimeoutError)):
            await connections.shared("BLPOP", "nothing", 0)
        assert await connections.shared("CLIENT", "ID") != before


async def test_each_call_has_all_the_time_that_there_is(impatient: Redis) -> None:
    connections = Connections(impatient, KEPT)
    before = await connections.shared("CLIENT", "ID")
    for _ in range(2):
        await connections.shared("BLPOP", "nothing", 0.6 * SHORT)
    assert await connections.shared("CLIENT", "ID") == before


async def test_who_keeps_no_connection_takes_none(impatient: Redis) -> None:
    for _ in range(100):  # more than the client may have
        assert await Connections(impatient).shared("ECHO", "a") == b"a"


async def test_of_few_connections_none_is_a_line(settings: CoreSettings) -> None:
    few = connect(settings.redis_url, max_connections=1, timeout=SHORT)
    assert await Connections(few, KEPT).shared("ECHO", "a") == b"a"
    assert await answered(few.echo("b")) == b"b"
    await few.aclose()


class Led(Connection):
    """To a server that somebody names."""

    def is_current(self) -> bool:
        return True


Speaking = Callable[..., Awaitable[Redis]]


@pytest.fixture
async def speaking() -> AsyncIterator[Speaking]:
    """Clients of servers that say a word to each ECHO: the first connection the first, others the last."""
    made: list[tuple[asyncio.Server, Redis]] = []

    async def server(*words: bytes, connection: type[Connection] = Connection) -> Redis:
        left = list(words)

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            word = left.pop(0) if len(left) > 1 else left[0]
            try:
                while data := await reader.read(1 << 16):
                    greetings = data.count(b"CLIENT\r\n")
                    writer.write(b"+OK\r\n" * greetings or word)
            finally:
                writer.close()

        listening = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        retry = Retry(NoBackoff(), 1)
        pool = ConnectionPool(connection_class=connection, host="127.0.0.1", port=port, retry=retry)
        made.append((listening, Redis.from_pool(pool)))
        return made[-1][1]

    yield server
    for listening, client in made:
        await client.aclose()
        listening.close()


READ_ONLY = b"-READONLY You can't write against a read only replica.\r\n"


async def test_a_master_that_has_become_a_replica_is_not_asked_again(speaking: Speaking) -> None:
    connections = Connections(await speaking(READ_ONLY, b"+one\r\n", connection=Led), KEPT)
    assert await connections.shared("ECHO", "a") == b"one"


async def test_what_nobody_leads_to_another_one_is_told(speaking: Speaking) -> None:
    connections = Connections(await speaking(READ_ONLY, b"+one\r\n"), KEPT)
    with pytest.raises(ReadOnlyError):
        await connections.shared("ECHO", "a")


async def test_one_that_breaks_before_it_is_a_line_is_given_back(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool: Any = redis.connection_pool
    get, in_use = pool.get_connection, len(pool._in_use_connections)

    async def broken() -> Any:
        connection = await get()
        connection._writer.transport.abort()
        return connection

    monkeypatch.setattr(pool, "get_connection", broken)
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(ConnectionError):
            await Connections(redis, KEPT).shared("ECHO", "a")
    assert len(pool._in_use_connections) == in_use


@pytest.mark.parametrize("word", [b"+one\r\n+two\r\n", b"+one\r\nnonsense\r\n"])
async def test_what_nobody_has_asked_for_is_nobody_s_answer(speaking: Speaking, word: bytes) -> None:
    connections = Connections(await speaking(word), KEPT)
    for _ in range(3):
        assert await connections.shared("ECHO", "a") == b"one"


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
