import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from apps.embedded.binaries import postgres_program, postgres_version
from apps.embedded.errors import DataDirUnusableError, OtherPostgresVersionError, os_errors_about
from apps.embedded.folder import DataFolder
from apps.embedded.launcher import Command, Launcher
from apps.embedded.log import ServerLog
from apps.embedded.server import START_SECONDS, Server, start_error

USER = "bot"
MAINTENANCE_DATABASE = "postgres"
# A power cut may lose data; a killed server does not, so commits stay synchronous.
RISKY_AND_FAST = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class PostgresOptions:
    """`durable`: survives a power cut. `settings`: any further settings of postgresql.conf."""

    durable: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)


class PostgresServer(Server):
    name = "postgres"
    stop_signal = signal.SIGINT  # the "fast" shutdown: sessions are ended, data is checkpointed
    busy_marks = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')

    def __init__(self, folder: DataFolder, launcher: Launcher, options: PostgresOptions) -> None:
        super().__init__(folder, launcher)
        self.data = folder.path / "pg"
        self.sockets = folder.sockets / "pg"
        self._options = options
        # The folder's lock proves that no server of an earlier run is left, so this pid is somebody else's.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    @property
    def version(self) -> str:
        return postgres_version()

    def url(self, database: str = MAINTENANCE_DATABASE) -> str:
        return f"postgresql+asyncpg://{USER}@/{quote(database)}?host={quote(str(self.sockets))}"

    def _prepare(self) -> None:
        with os_errors_about(self.sockets):
            self.sockets.mkdir(mode=0o700, exist_ok=True)
        if not self.data.exists():
            self._initialise()
        self._check_version()

    def _initialise(self) -> None:
        """Make the data next to its place and rename it when complete: half of it never counts."""
        unfinished = self.folder.path / "pg.new"
        with os_errors_about(self.folder.path):
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(mode=0o700)
        log = ServerLog(self.folder.path / "initdb.log")
        child = self._launcher.spawn(self._initdb(unfinished), log)
        if child.wait(START_SECONDS) != 0:
            raise start_error("initdb", child.returncode, log, self.folder.path)
        with os_errors_about(self.folder.path):
            unfinished.rename(self.data)

    def _initdb(self, unfinished: Path) -> Command:
        locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
        speed = () if self._options.durable else ("--no-sync",)
        argv = (
            str(postgres_program("initdb")),
            "-D",
            str(unfinished),
            "-U",
            USER,
            "-A",
            "trust",
            *locale,
            *speed,
        )
        return Command(argv, death_signal=signal.SIGTERM, folders=(unfinished,))

    def _check_version(self) -> None:
        try:
            found = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        except FileNotFoundError as error:
            reason = (
                "it has no PG_VERSION, so it is not a PostgreSQL data folder. Move it away to start empty"
            )
            raise DataDirUnusableError(self.data, reason) from error
        expected = self.version.partition(".")[0]
        if found != expected:
            raise OtherPostgresVersionError(self.data, found, expected)

    def _command(self) -> Command:
        arguments = [str(postgres_program("postgres")), "-D", str(self.data), "-k", str(self.sockets)]
        settings = {
            "listen_addresses": "",
            "unix_socket_permissions": "0700",
            "shared_buffers": "32MB",
            **({} if self._options.durable else RISKY_AND_FAST),
            **self._options.settings,
        }
        for name, value in settings.items():
            arguments += ["-c", f"{name}={value}"]
        return Command(tuple(arguments), death_signal=self.stop_signal, folders=(self.data, self.sockets))

    def _answers(self) -> bool:
        if not (self.sockets / ".s.PGSQL.5432").exists():
            return False
        where = ("-h", str(self.sockets), "-U", USER, "-d", MAINTENANCE_DATABASE)
        command = [str(postgres_program("pg_isready")), "-q", "-t", "2", *where]
        return self.alive and subprocess.run(command, check=False).returncode == 0  # noqa: S603 - a constant
