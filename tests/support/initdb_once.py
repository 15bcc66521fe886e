"""What initdb and our migrations make of an empty folder, made once for all servers of all test processes."""

import asyncio
import fcntl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from apps.embedded import EmbeddedServers
from apps.embedded.postgres import PostgresServer
from apps.game_core.adapters.postgres.migrate import bring_up_to_date

INITIALISE = PostgresServer._initialise


@contextmanager
def initialised_once(folder: Path) -> Iterator[None]:
    """While the block runs, the data of a new server is a copy of that of one with this folder."""

    def copied(server: PostgresServer) -> None:
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "pg").exists():
                _make(folder)
        # Half of the work that Python would have with a thousand files.
        subprocess.run(("cp", "-R", str(folder / "pg"), str(server.data)), check=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PostgresServer, "_initialise", copied)
        yield


def _make(folder: Path) -> None:
    unfinished = folder / "made"
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as beside:  # here a loop may run
        patch.setattr(PostgresServer, "_initialise", INITIALISE)
        with EmbeddedServers(unfinished, durable=False, redis=False) as made:
            beside.submit(asyncio.run, bring_up_to_date(made.database_url)).result()
    (unfinished / "pg").rename(folder / "pg")
