"""Connections to Redis that one of both sides has closed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.redis.client import connect
from apps.game_core.adapters.redis.server_pool import PoolClosedError
from apps.game_core.container import open_core
from apps.game_core.settings import CoreSettings
from apps.redis_connections import KEPT, Connections
from tests.support.redis_answers import answered
from tools.support.patience import PATIENCE

Ask = Callable[..., Coroutine[Any, Any, Any]]
OURS = "closed"
BLOCKED = ("BLPOP", "nobody pushes", "0")


def named(url: str) -> str:
    return f"{url}?client_name={OURS}"


@pytest.fixture
async def client(servers: EmbeddedServers) -> AsyncIterator[Redis]:
    made = connect(named(servers.redis_url))
    yield made
    await made.aclose()


async def until_ours(redis: Redis, asked: list[str]) -> None:
    """That is what each connection of `client` has asked last."""
    async with asyncio.timeout(PATIENCE):
        while [each["cmd"] for each in await redis.client_list() if each["name"] == OURS] != asked:
            pass  # the server says so


async def test_one_that_was_closed_while_nobody_looked_is_made_anew(client: Redis) -> None:
    connections = Connections(client, KEPT)
    await connections.call("PING")
    [taken] = connections._idle
    connection = taken.connection
    assert connection._writer is not None
    connection._writer.transport.abort()
    await connection._writer.wait_closed()

    assert await connections.call("PING") in {b"PONG", "PONG"}


async def test_one_of_the_pool_that_was_closed_a_moment_ago_is_made_anew(client: Redis) -> None:
    await client.set("closed", "while nobody looked")
    [connection] = client.connection_pool._available_connections
    assert connection._writer is not None
    connection._writer.transport.abort()

    assert await client.getdel("closed") == b"while nobody looked"


@pytest.fixture(params=["alone", "kept", "shared"])
def ask(client: Redis, request: pytest.FixtureRequest) -> Ask:
    connections = Connections(client, 0 if request.param == "alone" else KEPT)
    return connections.shared if request.param == "shared" else connections.call


async def test_who_waits_for_an_answer_when_the_client_is_closed_does_not_connect_anew(
    client: Redis, redis: Redis, ask: Ask
) -> None:
    waiting = asyncio.create_task(ask(*BLOCKED))
    await until_ours(redis, ["blpop"])

    await client.aclose()

    with pytest.raises(PoolClosedError):
        await waiting
    await until_ours(redis, [])


async def test_who_is_connecting_when_the_client_is_closed_hangs_up(
    client: Redis, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    connecting, go_on, made = asyncio.Event(), asyncio.Event(), list[asyncio.StreamWriter]()
    connected = asyncio.open_unix_connection

    async def slowly(path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        connecting.set()
        await go_on.wait()
        reader, writer = await connected(path)
        made.append(writer)
        return reader, writer

    monkeypatch.setattr(asyncio, "open_unix_connection", slowly)
    asking = asyncio.create_task(ask("PING"))
    await connecting.wait()

    await client.aclose()
    go_on.set()

    with pytest.raises(PoolClosedError):
        await asking
    assert [each.transport.is_closing() for each in made] == [True]


async def test_a_closed_client_stays_closed(client: Redis, redis: Redis, ask: Ask) -> None:
    await answered(client.ping())

    await client.aclose()

    for _ in range(2):
        with pytest.raises(PoolClosedError):
            await answered(client.ping())
    with pytest.raises(PoolClosedError):
        await ask("PING")
    await until_ours(redis, [])


async def test_a_core_that_is_called_off_again_while_it_ends_hangs_up_on_redis_too(
    settings: CoreSettings, database: AsyncEngine, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a nursery does after a second, which is short on a busy machine."""
    at_work, ending = asyncio.Event(), asyncio.Event()

    async def for_ever(*_: object) -> None:
        ending.set()
        await asyncio.Event().wait()

    async def work() -> None:
        async with open_core(settings.model_copy(update={"redis_url": named(settings.redis_url)})):
            at_work.set()
            await asyncio.Event().wait()

    monkeypatch.setattr("apps.game_core.container.make_engine", lambda *_, **__: database)
    monkeypatch.setattr(AsyncEngine, "dispose", for_ever)
    working = asyncio.create_task(work())
    await at_work.wait()
    working.cancel()
    await ending.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working

    await until_ours(redis, [])


async def test_a_client_whose_closing_is_called_off_has_hung_up(client: Redis, redis: Redis) -> None:
    await answered(client.ping())
    closing = asyncio.create_task(client.aclose())
    await asyncio.sleep(0)

    closing.cancel()

    await until_ours(redis, [])
