from io import BufferedWriter
from pathlib import Path

from apps.embedded.errors import os_errors_about

KEPT_BYTES = 8 * 1024 * 1024
TAIL_BYTES = 16 * 1024
TAIL_LINES = 12


class ServerLog:
    """A server's log file; `tail` shows only what was said since the last start."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start = 0

    def open(self) -> BufferedWriter:
        with os_errors_about(self.path.parent):
            if self.path.exists() and self.path.stat().st_size > KEPT_BYTES:
                self.path.replace(self.path.with_suffix(".log.old"))
            file = self.path.open("ab")
            self._start = file.tell()
            return file

    def tail(self) -> tuple[str, ...]:
        with self.path.open("rb") as file:
            end = file.seek(0, 2)
            file.seek(max(self._start, end - TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
        return tuple(line for line in lines if line.strip())[-TAIL_LINES:]
