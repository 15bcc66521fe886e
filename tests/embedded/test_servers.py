import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from apps.embedded import EmbeddedServers, PostgresOptions, RedisOptions
from apps.embedded.errors import ServerNotRequestedError

Sql = Callable[[EmbeddedServers, str], Any]


def test_durable_data_survives_in_a_long_folder_with_spaces_and_cyrillic(tmp_path: Path, sql: Sql) -> None:
    folder = tmp_path / "Мои документы" / ("очень длинное имя " * 6).strip() / "игра"
    assert len(os.fsencode(folder)) > 200
    with EmbeddedServers(folder, durable=True) as servers:
        addresses = servers.redis_url, servers.database_url
        sql(servers, "CREATE TABLE bag AS SELECT 'меч' AS item")
        assert sql(servers, "SHOW fsync") == "on"
        with Redis.from_url(servers.redis_url, decode_responses=True) as redis:
            redis.set("hero", "Боромир")
            settings = redis.config_get("appendonly", "appendfsync", "save")
            assert settings == {"appendonly": "yes", "appendfsync": "everysec", "save": ""}

    with EmbeddedServers(folder, durable=True) as servers:
        assert (servers.redis_url, servers.database_url) == addresses
        assert sql(servers, "SELECT item FROM bag") == "меч"
        with Redis.from_url(servers.redis_url) as redis:
            assert redis.get("hero") == "Боромир".encode()
    assert {path.stat().st_mode & 0o777 for path in (folder, folder / "pg", folder / "redis")} == {0o700}


def test_fast_and_forgetful_unless_durable_and_open_to_settings(tmp_path: Path, sql: Sql) -> None:
    options = PostgresOptions(durable=False, settings={"work_mem": "5MB"})
    with EmbeddedServers(tmp_path, durable=False, postgres_options=options) as servers:
        assert sql(servers, "SHOW fsync") == "off"
        assert sql(servers, "SHOW work_mem") == "5MB"
        with Redis.from_url(servers.redis_url, decode_responses=True) as redis:
            assert redis.config_get("appendonly", "save") == {"appendonly": "no", "save": ""}


def test_what_runs_is_told(servers: EmbeddedServers, redis: Redis, sql: Sql) -> None:
    assert sql(servers, "SHOW server_version") == servers.postgres_version
    assert servers.redis_kind in {"redis", "valkey"}
    told = redis.info("server")
    assert isinstance(told, dict)
    assert told[f"{servers.redis_kind}_version"] == servers.redis_version


def test_another_database_has_an_address(servers: EmbeddedServers, sql: Sql) -> None:
    sql(servers, "CREATE DATABASE other")
    assert servers.postgres.url("other") == servers.database_url.replace("/postgres?", "/other?")


def test_text_is_sorted_and_folded_alike_on_every_machine(servers: EmbeddedServers, sql: Sql) -> None:
    assert sql(servers, "SELECT lower('МЕЧ') || current_setting('timezone')") == "мечUTC"


def test_stop_leaves_no_process_and_no_socket(tmp_path: Path, gone: Callable[[int], bool]) -> None:
    servers = EmbeddedServers(tmp_path, durable=False, postgres=False).start()
    pid, sockets = servers.redis.pid, servers.redis.socket.parent
    assert pid is not None
    assert not gone(pid)
    servers.stop()
    assert gone(pid)
    assert not sockets.exists()
    servers.stop()


def test_only_what_is_asked_for_runs(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, durable=False, postgres=False) as servers:
        with pytest.raises(ServerNotRequestedError, match="postgres"):
            servers.database_url  # noqa: B018 - the access is the test
        assert not (tmp_path / "pg").exists()


def test_redis_takes_further_settings_and_a_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = RedisOptions(appendonly="always", port=port, config={"maxmemory": "64mb"})
    with (
        EmbeddedServers(tmp_path, durable=False, postgres=False, redis_options=options),
        Redis(port=port, decode_responses=True) as redis,
    ):
        settings = redis.config_get("appendfsync", "maxmemory")
        assert settings == {"appendfsync": "always", "maxmemory": str(64 * 1024**2)}
