"""What can go wrong with the embedded servers.

EmbeddedServersError
├── ServerNotRequestedError
├── ServerBinaryMissingError
├── DataDirError
│   ├── DataDirInUseError
│   ├── DataDirUnusableError
│   ├── DiskFullError
│   └── OtherPostgresVersionError
└── ServerStartError
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class EmbeddedServersError(Exception):
    """Any failure of the embedded servers; its text is meant for the person at the keyboard."""


@dataclass(eq=False)
class ServerNotRequestedError(EmbeddedServersError):
    server: str

    def __str__(self) -> str:
        return f"{self.server} is not running here: it was not asked for, or the servers are not started"


@dataclass(eq=False)
class ServerBinaryMissingError(EmbeddedServersError):
    server: str
    remedy: str

    def __str__(self) -> str:
        return f"No {self.server} found for this machine. {self.remedy}"


@dataclass(eq=False)
class DataDirError(EmbeddedServersError):
    path: Path


@dataclass(eq=False)
class DataDirInUseError(DataDirError):
    pid: int | None

    def __str__(self) -> str:
        holder = f"process {self.pid}" if self.pid else "another process"
        return f"The data folder {self.path} is used by {holder}. Stop it first, or choose another folder"


@dataclass(eq=False)
class DataDirUnusableError(DataDirError):
    reason: str

    def __str__(self) -> str:
        return f"The data folder {self.path} cannot be used: {self.reason}"


@dataclass(eq=False)
class DiskFullError(DataDirError):
    def __str__(self) -> str:
        return f"No space left on the disk that holds {self.path}. Free some space and start again"


@dataclass(eq=False)
class OtherPostgresVersionError(DataDirError):
    found: str
    expected: str

    def __str__(self) -> str:
        return (
            f"The data in {self.path} was made by PostgreSQL {self.found}, "
            f"this is PostgreSQL {self.expected}. Nothing was changed. "
            f"Dump it with PostgreSQL {self.found} and restore it here, or move it away to start empty"
        )


@dataclass(eq=False)
class ServerStartError(EmbeddedServersError):
    """`exit_code` is None where the server still ran when the time was over."""

    server: str
    exit_code: int | None
    log: Path
    last_lines: tuple[str, ...]

    def __str__(self) -> str:
        end = "did not get ready in time" if self.exit_code is None else f"exited with code {self.exit_code}"
        lines = "\n".join(f"  {line}" for line in self.last_lines) or "  (it said nothing)"
        return f"{self.server} {end}. The end of {self.log}:\n{lines}"


@contextmanager
def os_errors_about(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(path) from error
        raise DataDirUnusableError(path, error.strerror or str(error)) from error
