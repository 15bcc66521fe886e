"""Servers that are killed, frozen or will not stop."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from apps.embedded import EmbeddedServers, RedisOptions, server

Sql = Callable[[EmbeddedServers, str], Any]
Wait = Callable[..., None]


def test_the_killed_are_told_and_revived_with_their_data(
    servers: EmbeddedServers, redis: Redis, sql: Sql, wait: Wait
) -> None:
    redis.set("hero", "Sam")
    sql(servers, "CREATE TABLE bag AS SELECT 'rope' AS item")
    pids = [servers.redis.pid, servers.postgres.pid]
    for pid in pids:
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    wait(lambda: servers.dead() == ("redis", "postgres"))
    assert servers.revive() == ("redis", "postgres")
    assert servers.dead() == servers.revive() == ()
    assert redis.get("hero") == "Sam"
    assert sql(servers, "SELECT item FROM bag") == "rope"


def test_a_server_revived_by_a_short_lived_thread_outlives_it(servers: EmbeddedServers) -> None:
    servers.redis.kill()
    thread = threading.Thread(target=servers.revive)
    thread.start()
    thread.join()
    time.sleep(0.2)
    assert servers.dead() == ()


def test_postgres_killed_under_an_open_session_starts_again(servers: EmbeddedServers, sql: Sql) -> None:
    async def crash() -> None:
        connection = await asyncpg.connect(servers.database_url.replace("+asyncpg", ""))
        servers.postgres.kill()
        with pytest.raises((asyncpg.PostgresError, ConnectionError)):
            await connection.fetchval("SELECT 1")
        connection.terminate()

    asyncio.run(crash())
    servers.postgres.start()
    assert sql(servers, "SELECT 1") == 1


def test_a_paused_redis_is_silent_until_resumed(servers: EmbeddedServers) -> None:
    with Redis.from_url(servers.redis_url, socket_timeout=0.2, retry=Retry(NoBackoff(), 0)) as redis:
        servers.redis.pause()
        try:
            with pytest.raises(RedisTimeoutError):
                redis.ping()
            assert servers.dead() == ()
        finally:
            servers.redis.resume()
        assert redis.ping()


def test_a_paused_postgres_freezes_open_sessions_too(servers: EmbeddedServers) -> None:
    async def freeze() -> None:
        connection = await asyncpg.connect(servers.database_url.replace("+asyncpg", ""))
        servers.postgres.pause()
        try:
            query = asyncio.ensure_future(connection.fetchval("SELECT 1"))
            assert not (await asyncio.wait({query}, timeout=0.2))[0]
        finally:
            servers.postgres.resume()
        assert await query == 1
        await connection.close()

    asyncio.run(freeze())


def test_what_was_stopped_is_not_revived(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, durable=False, postgres=False) as servers:
        servers.redis.stop()
        assert servers.dead() == servers.revive() == ()
        servers.redis.start()
        with Redis.from_url(servers.redis_url) as redis:
            assert redis.ping()


def test_a_paused_server_is_stopped(tmp_path: Path, gone: Callable[[int], bool]) -> None:
    servers = EmbeddedServers(tmp_path, durable=False, postgres=False).start()
    pid = servers.redis.pid
    assert pid is not None
    servers.redis.pause()
    started = time.monotonic()
    servers.stop()
    assert gone(pid)
    assert time.monotonic() - started < server.STOP_SECONDS / 2


def test_a_server_that_will_not_stop_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: Callable[[int], bool]
) -> None:
    monkeypatch.setattr(server, "STOP_SECONDS", 0.3)
    servers = EmbeddedServers(tmp_path, durable=False, postgres=False).start()
    pid = servers.redis.pid
    assert pid is not None
    with Redis.from_url(servers.redis_url, socket_timeout=0.1, retry=Retry(NoBackoff(), 0)) as redis:
        with pytest.raises(RedisTimeoutError):
            redis.eval("while true do end", 0)
        servers.stop()
    assert gone(pid)


def test_a_torn_end_of_the_append_only_file_is_dropped(tmp_path: Path) -> None:
    options = RedisOptions(appendonly="always")
    with EmbeddedServers(tmp_path, durable=True, postgres=False, redis_options=options) as servers:
        with Redis.from_url(servers.redis_url) as redis:
            redis.set("whole", "1")
            redis.set("torn", "2")
        servers.redis.kill()
        (log,) = tmp_path.rglob("*.incr.aof")
        os.truncate(log, log.stat().st_size - 3)
        servers.redis.start()
        with Redis.from_url(servers.redis_url) as redis:
            assert redis.mget("whole", "torn") == [b"1", None]
