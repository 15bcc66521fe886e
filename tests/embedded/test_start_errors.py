"""Each failure is a type with data and a text that helps."""

import sys
from pathlib import Path

import pytest

from apps.embedded import EmbeddedServers, RedisOptions
from apps.embedded.errors import (
    DataDirUnusableError,
    DiskFullError,
    OtherPostgresVersionError,
    ServerBinaryMissingError,
    ServerStartError,
)
from tests.support.tiny_disk import tiny_disk


def test_a_server_that_dies_at_once_is_quoted(tmp_path: Path) -> None:
    options = RedisOptions(config={"maxmemory": "plenty"})
    with pytest.raises(ServerStartError, match="plenty") as caught:
        EmbeddedServers(tmp_path, durable=False, postgres=False, redis_options=options).start()
    assert (caught.value.server, caught.value.log) == ("redis", tmp_path / "redis.log")
    assert caught.value.exit_code == 1
    EmbeddedServers(tmp_path, durable=False, postgres=False).start().stop()


def test_only_the_last_start_is_quoted(tmp_path: Path) -> None:
    def fails_over(wrong: str) -> ServerStartError:
        options = RedisOptions(config={"maxmemory": wrong})
        with pytest.raises(ServerStartError, match=wrong) as caught:
            EmbeddedServers(tmp_path, durable=False, postgres=False, redis_options=options).start()
        return caught.value

    fails_over("first")
    last_lines = fails_over("second").last_lines
    assert not any("first" in line for line in last_lines)


def test_data_of_another_postgres_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "PG_VERSION").write_text("12\n")
    with pytest.raises(
        OtherPostgresVersionError, match=r"made by PostgreSQL 12, this is PostgreSQL \d+"
    ) as caught:
        EmbeddedServers(tmp_path, durable=False).start()
    assert caught.value.path == tmp_path / "pg"
    assert [path.name for path in (tmp_path / "pg").iterdir()] == ["PG_VERSION"]


def test_a_strange_pg_folder_is_never_cleared(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "diary.txt").touch()
    with pytest.raises(DataDirUnusableError, match="PG_VERSION"):
        EmbeddedServers(tmp_path, durable=False).start()
    assert (tmp_path / "pg" / "diary.txt").exists()


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(DataDirUnusableError, match="data cannot be used: it is not a folder"):
        EmbeddedServers(tmp_path / "data", durable=False).start()


def test_a_place_where_no_folder_can_be_made() -> None:
    with pytest.raises(DataDirUnusableError, match="/proc/nowhere cannot be used: No such file"):
        EmbeddedServers(Path("/proc/nowhere"), durable=False).start()


def test_a_full_disk(tmp_path: Path) -> None:
    said = f"No space left on the disk that holds {tmp_path}"
    with tiny_disk(tmp_path), pytest.raises(DiskFullError, match=said):
        EmbeddedServers(tmp_path, durable=False).start()


def test_no_redis_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "path", [path for path in sys.path if "site-packages" not in path])
    with pytest.raises(ServerBinaryMissingError, match="set REDIS_URL"):
        EmbeddedServers(tmp_path, durable=False, postgres=False).start()
