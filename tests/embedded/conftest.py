import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from redis import Redis

from apps.embedded import EmbeddedServers, RedisOptions
from apps.embedded.postgres import PostgresServer
from tests.support.initdb_once import INITIALISE
from tools.support.patience import PATIENCE

ROOT = Path(__file__).parents[2]
OWNER = """
import sys
from pathlib import Path
from apps.embedded import EmbeddedServers
with EmbeddedServers(Path(sys.argv[1]), durable=True, postgres="postgres" in sys.argv) as servers:
    running = [servers.redis, *([servers.postgres] if "postgres" in sys.argv else [])]
    print(*[server.pid for server in running], flush=True)
    sys.stdin.read()
"""


def run_sql(servers: EmbeddedServers, query: str) -> Any:
    async def ask() -> Any:
        connection = await asyncpg.connect(servers.database_url.replace("+asyncpg", ""))
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(ask())


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    with suppress(ProcessLookupError, FileNotFoundError):
        return " Z " in Path(f"/proc/{pid}/stat").read_text()
    return True


@pytest.fixture(autouse=True)
def initialised(monkeypatch: pytest.MonkeyPatch) -> None:
    """By initdb, each time."""
    monkeypatch.setattr(PostgresServer, "_initialise", INITIALISE)


@pytest.fixture
def sql() -> Callable[[EmbeddedServers, str], Any]:
    return run_sql


@pytest.fixture
def wait() -> Callable[..., None]:
    return wait_until


@pytest.fixture
def gone() -> Callable[[int], bool]:
    return is_gone


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    """Both servers, shared by the tests; each leaves them running."""
    folder = tmp_path_factory.mktemp("shared")
    with EmbeddedServers(folder, durable=False, redis_options=RedisOptions()) as started:
        yield started


@pytest.fixture
def redis(servers: EmbeddedServers) -> Iterator[Redis]:
    with Redis.from_url(servers.redis_url, socket_timeout=5, decode_responses=True) as client:
        yield client


Owner = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def owner() -> Iterator[Owner]:
    """Starts another process that owns servers on a folder until its standard input ends."""
    owners: list[subprocess.Popen[str]] = []

    def start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", OWNER, str(folder), *arguments]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        pipe = subprocess.PIPE
        owners.append(subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, text=True))
        return owners[-1]

    yield start
    for process in owners:
        process.communicate(timeout=PATIENCE)
