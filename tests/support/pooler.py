"""A real PgBouncer in transaction mode before a database, where the machine has one."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from apps.embedded.launcher import LAUNCH_SCRIPT
from tools.support.patience import PATIENCE

PROGRAM = shutil.which("pgbouncer") or ("/usr/sbin/pgbouncer" if Path("/usr/sbin/pgbouncer").exists() else "")
_PORT = 6432  # names the socket only; nothing listens on the network
_SETTINGS = """
[databases]
* = host={host} user={user}

[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 500
"""


@contextmanager
def pooled(database_url: str, folder: Path) -> Iterator[str]:
    """The address of a pooler before the database, which is reached by a socket."""
    parts = urlsplit(database_url)
    host = parse_qs(parts.query)["host"][0]
    settings = folder / "pgbouncer.ini"
    settings.write_text(_SETTINGS.format(host=host, user=parts.username, folder=folder, port=_PORT))
    launch = [sys.executable, "-I", "-S", LAUNCH_SCRIPT, str(os.getpid()), str(int(signal.SIGTERM))]
    with (folder / "pgbouncer.log").open("wb") as log:
        child = subprocess.Popen(
            [*launch, str(folder), "--", PROGRAM, str(settings)], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(folder / f".s.PGSQL.{_PORT}", child, folder / "pgbouncer.log")
        yield f"postgresql://{parts.username}@{parts.path}?host={folder}&port={_PORT}"
    finally:
        child.terminate()
        child.wait()


def _wait_for(socket: Path, child: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not socket.exists():
        assert child.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.02)
