"""A real PgBouncer in transaction mode before a campaign's PostgreSQL, which can die as any server does."""

import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from apps.embedded.folder import DataFolder, open_data_folder
from apps.embedded.launcher import Command, Launcher
from apps.embedded.postgres import MAINTENANCE_DATABASE, USER, PostgresServer
from apps.embedded.server import Server

PROGRAM = shutil.which("pgbouncer") or ("/usr/sbin/pgbouncer" if Path("/usr/sbin/pgbouncer").exists() else "")
MISSING = "no pgbouncer here (apt-get install pgbouncer)"
_PORT = 6432  # names the socket only; nothing listens on the network
# Fewer connections than the processes ask for, so that they share them.
_SETTINGS = """
[databases]
* = host={host} port=5432 user={user}

[pgbouncer]
auth_type = any
pool_mode = transaction
default_pool_size = 6
max_client_conn = 500
server_login_retry = 1
listen_addr =
listen_port = {port}
unix_socket_dir = {sockets}
"""


class Pooler(Server):
    name = "pooler"
    stop_signal = signal.SIGTERM

    def __init__(self, folder: DataFolder, launcher: Launcher, database: PostgresServer) -> None:
        super().__init__(folder, launcher)
        self._database = database
        self._settings = folder.path / "pgbouncer.ini"

    @property
    def url(self) -> str:
        """The database's, by way of the pooler."""
        where = f"host={quote(str(self.folder.sockets))}&port={_PORT}"
        return f"postgresql+asyncpg://{USER}@/{MAINTENANCE_DATABASE}?{where}"

    def _prepare(self) -> None:
        host, sockets = self._database.sockets, self.folder.sockets
        self._settings.write_text(_SETTINGS.format(host=host, user=USER, port=_PORT, sockets=sockets))

    def _command(self) -> Command:
        folders = (self.folder.path, self.folder.sockets)
        return Command((PROGRAM, str(self._settings)), death_signal=self.stop_signal, folders=folders)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return self.alive and probe.connect_ex(str(self.folder.sockets / f".s.PGSQL.{_PORT}")) == 0


@contextmanager
def open_pooler(database: PostgresServer) -> Iterator[Pooler]:
    """Runs on a folder of its own beside the database's data."""
    with open_data_folder(database.data.with_name("pooler")) as folder, Launcher(folder.lock_fd) as launcher:
        pooler = Pooler(folder, launcher, database)
        try:
            pooler.start()
            yield pooler
        finally:
            pooler.stop()
