"""One owner for a folder, and nothing left behind when the owner is killed."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from apps.embedded import EmbeddedServers, folder
from apps.embedded.errors import DataDirInUseError

Owner = Callable[..., "subprocess.Popen[str]"]


def told_pids(process: "subprocess.Popen[str]") -> list[int]:
    assert process.stdout is not None
    return [int(pid) for pid in process.stdout.readline().split()]


def test_servers_die_with_a_killed_owner_and_start_at_once_again(
    tmp_path: Path, owner: Owner, sql: Callable[[EmbeddedServers, str], Any], gone: Callable[[int], bool]
) -> None:
    process = owner(tmp_path, "postgres")
    pids = told_pids(process)
    assert len(pids) == 2
    process.kill()
    process.wait()

    with EmbeddedServers(tmp_path, durable=True) as servers:
        assert [gone(pid) for pid in pids] == [True, True]
        assert sql(servers, "SELECT 1") == 1
        with Redis.from_url(servers.redis_url) as redis:
            assert redis.ping()


def test_a_folder_in_use_is_refused_by_the_owner_s_number(tmp_path: Path, owner: Owner) -> None:
    process = owner(tmp_path)
    told_pids(process)
    with pytest.raises(DataDirInUseError, match=f"is used by process {process.pid}") as caught:
        EmbeddedServers(tmp_path, durable=True).start()
    assert (caught.value.path, caught.value.pid) == (tmp_path, process.pid)
    assert process.poll() is None


def test_a_server_that_outlives_its_owner_keeps_the_folder(
    tmp_path: Path, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = owner(tmp_path)
    (survivor,) = told_pids(process)
    os.kill(survivor, signal.SIGSTOP)
    process.kill()
    process.wait()
    monkeypatch.setattr(folder, "ORPHANS_SECONDS", 0.2)
    with pytest.raises(DataDirInUseError, match="is used by another process"):
        EmbeddedServers(tmp_path, durable=True, postgres=False).start()

    os.kill(survivor, signal.SIGCONT)
    monkeypatch.undo()
    EmbeddedServers(tmp_path, durable=True, postgres=False).start().stop()


def test_a_folder_in_use_by_this_very_process_is_refused(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, durable=False, postgres=False) as servers:
        with pytest.raises(DataDirInUseError):
            EmbeddedServers(tmp_path, durable=False, postgres=False).start()
        assert servers.start().dead() == (), "to start twice is no second use"


def test_an_interrupted_initdb_is_redone(
    tmp_path: Path,
    owner: Owner,
    sql: Callable[[EmbeddedServers, str], Any],
    wait: Callable[..., None],
) -> None:
    process = owner(tmp_path, "postgres")
    wait((tmp_path / "pg.new" / "base").exists)
    process.kill()
    process.wait()
    assert not (tmp_path / "pg").exists()

    with EmbeddedServers(tmp_path, durable=False) as servers:
        assert sql(servers, "SELECT 1") == 1
    assert not (tmp_path / "pg.new").exists()


def test_a_pid_file_left_by_a_power_cut_names_somebody_else(
    tmp_path: Path, owner: Owner, sql: Callable[[EmbeddedServers, str], Any]
) -> None:
    bystander = owner(tmp_path / "elsewhere")
    told_pids(bystander)
    with EmbeddedServers(tmp_path / "mine", durable=False, redis=False):
        pass
    (tmp_path / "mine" / "pg" / "postmaster.pid").write_text(f"{bystander.pid}\n")
    with EmbeddedServers(tmp_path / "mine", durable=False, redis=False) as servers:
        assert sql(servers, "SELECT 1") == 1
