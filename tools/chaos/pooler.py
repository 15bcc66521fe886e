"""A real PgBouncer in transaction mode before a campaign's PostgreSQL, which can die as any server does."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from apps.embedded.folder import DataFolder, open_data_folder
from apps.embedded.launcher import Command, Launcher
from apps.embedded.postgres import MAINTENANCE_DATABASE, USER, PostgresServer
from apps.embedded.server import Server
from tools.support.pgbouncer import PORT, PROGRAM, at_a_socket, before, socket_in

_SIZE = 6


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
        where = f"host={quote(str(self.folder.sockets))}&port={PORT}"
        return f"postgresql+asyncpg://{USER}@/{MAINTENANCE_DATABASE}?{where}"

    def _prepare(self) -> None:
        settings = before(self._database.sockets, USER, size=_SIZE) + at_a_socket(self.folder.sockets)
        self._settings.write_text(settings)

    def _command(self) -> Command:
        folders = (self.folder.path, self.folder.sockets)
        return Command((PROGRAM, str(self._settings)), death_signal=self.stop_signal, folders=folders)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return self.alive and probe.connect_ex(str(socket_in(self.folder.sockets))) == 0


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
