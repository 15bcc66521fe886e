import os
import signal
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from apps.embedded.errors import DiskFullError, EmbeddedServersError, ServerStartError
from apps.embedded.folder import DataFolder
from apps.embedded.launcher import Child, Command, Launcher
from apps.embedded.log import ServerLog

START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.02


class Server(ABC):
    """One supervised server process; safe to use from several threads."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]
    busy_marks: ClassVar[tuple[str, ...]] = ()
    """Log texts that mean: the remains of the previous process are still going away, start again."""

    def __init__(self, folder: DataFolder, launcher: Launcher) -> None:
        self.folder = folder
        self.log = ServerLog(folder.path / f"{self.name}.log")
        self._launcher = launcher
        self._child: Child | None = None
        self._wanted = False
        self._lock = threading.RLock()

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def dead(self) -> bool:
        """It should run and does not."""
        return self._wanted and not self.alive

    def start(self) -> None:
        """Start and wait until it answers; nothing happens where it runs already."""
        with self._lock:
            self.launch()
            self.wait_ready()

    def launch(self) -> None:
        """Start without waiting, so that several servers can start side by side."""
        with self._lock:
            if not self.alive:
                self._prepare()
                self._child = self._launcher.spawn(self._command(), self.log)
                self._wanted = True

    def wait_ready(self) -> None:
        with self._lock:
            deadline = time.monotonic() + START_SECONDS
            while not self._answers():
                late = time.monotonic() > deadline
                if not self.alive and not late and self._is_busy():
                    self._child = self._launcher.spawn(self._command(), self.log)
                elif not self.alive or late:
                    raise self._start_error()
                time.sleep(POLL_SECONDS)

    def revive(self) -> bool:
        """Start it again if it died; tell whether it had."""
        with self._lock:
            if not self.dead:
                return False
            self.start()
            return True

    def stop(self) -> None:
        """Graceful, bounded, then SIGKILL; it will not be revived."""
        with self._lock:
            self._wanted = False
            if self._child is None:
                return
            self.resume()
            self._child.send_signal(self.stop_signal)
            try:
                self._child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """SIGKILL to all of it, as a crash would; `dead` afterwards."""
        self.pause()
        self._signal(signal.SIGKILL)
        if self._child is not None:
            self._child.wait()

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers."""
        if self._child is not None:
            self._child.send_signal(signal.SIGSTOP)  # first of all, so that it starts no further process
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    @abstractmethod
    def _prepare(self) -> None: ...

    @abstractmethod
    def _command(self) -> Command: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._helper_processes():
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if self._child is not None:
            self._child.send_signal(number)

    def _helper_processes(self) -> list[int]:
        """Those that the server has started; each may lead a session of its own, so no group holds them."""
        if not self.alive or sys.platform != "linux":
            return []
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def _is_busy(self) -> bool:
        text = "\n".join(self.log.tail())
        return any(mark in text for mark in self.busy_marks)

    def _start_error(self) -> EmbeddedServersError:
        code = self._child.poll() if self._child else None
        return start_error(self.name, code, self.log, self.folder.path)


def start_error(name: str, code: int | None, log: ServerLog, folder: Path) -> EmbeddedServersError:
    lines = log.tail()
    if any("No space left on device" in line for line in lines):
        return DiskFullError(folder)
    return ServerStartError(name, code, log.path, lines)
