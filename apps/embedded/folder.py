import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from apps.embedded.errors import DataDirInUseError, DataDirUnusableError, os_errors_about

ORPHANS_SECONDS = 20.0
LONGEST_SOCKET_DIR = 70  # bytes; the address of a unix socket holds 104 (macOS) or 108 (Linux)


@dataclass(frozen=True)
class DataFolder:
    """A data folder that this process alone may use, and a short folder for its sockets."""

    path: Path
    sockets: Path
    lock_fd: int

    def subfolder(self, name: str) -> Path:
        with os_errors_about(self.path):
            (self.path / name).mkdir(mode=0o700, exist_ok=True)
        return self.path / name


@contextmanager
def open_data_folder(path: Path) -> Iterator[DataFolder]:
    path = path.absolute()
    if path.exists() and not path.is_dir():
        raise DataDirUnusableError(path, "it is not a folder")
    with os_errors_about(path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock_fd = os.open(path / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(lock_fd, path)
        sockets = _socket_folder(path)
        yield DataFolder(path, sockets, lock_fd)
        shutil.rmtree(sockets, ignore_errors=True)
    finally:
        os.close(lock_fd)


def _acquire(lock_fd: int, path: Path) -> None:
    """Lock the folder; servers of a killed owner hold it too, so wait until they have shut down."""
    deadline = time.monotonic() + ORPHANS_SECONDS
    while not _try_lock(lock_fd):
        owner = _living_owner(lock_fd)
        if owner or time.monotonic() > deadline:
            raise DataDirInUseError(path, owner)
        time.sleep(0.05)
    with os_errors_about(path):
        os.ftruncate(lock_fd, 0)
        os.pwrite(lock_fd, str(os.getpid()).encode(), 0)


def _try_lock(lock_fd: int) -> bool:
    try:
        fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _living_owner(lock_fd: int) -> int | None:
    text = os.pread(lock_fd, 32, 0)
    pid = int(text) if text.isdigit() else None
    try:
        os.kill(pid or 0, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass  # alive, and somebody else's
    return pid


def _socket_folder(data: Path) -> Path:
    """Short, private, and the same for each run of a data folder, so that its addresses last."""
    temp = tempfile.gettempdir()
    base = Path(temp if len(os.fsencode(temp)) <= LONGEST_SOCKET_DIR - 32 else "/tmp")  # noqa: S108 - made 0700 below
    digest = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]
    folder = base / f"rpg-{os.geteuid()}-{digest}"
    with os_errors_about(base):
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            return Path(tempfile.mkdtemp(prefix="rpg-", dir=base))
    return folder
