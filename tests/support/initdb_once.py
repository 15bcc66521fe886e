"""What initdb makes of an empty folder, made once for all servers of all test processes."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from apps.embedded.postgres import PostgresServer

INITIALISE = PostgresServer._initialise


@contextmanager
def initialised_once(folder: Path) -> Iterator[None]:
    """While the block runs, the data of a new server is a copy of the first one's with this folder."""
    first = folder / "pg"

    def copied(server: PostgresServer) -> None:
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not first.exists():
                INITIALISE(server)
                shutil.copytree(server.data, first)
                return
        shutil.copytree(first, server.data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PostgresServer, "_initialise", copied)
        yield
