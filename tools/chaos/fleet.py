"""Bot and worker processes that are ended and started again."""

import json
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from apps.embedded.launch import die_with_parent
from tools.support.forks import become_bot, forks

_STOPPING = 20.0


def serve(words: tuple[str, ...], environment: Mapping[str, str], log: str, code: Path | None) -> None:
    """Become `python -m bot <words>`, of other code if there is some, with a log file for what it says."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(descriptor, stream.fileno())
    if code is None:
        become_bot(words, environment)
        return
    die_with_parent(os.getppid(), signal.SIGKILL)
    os.chdir(code)
    os.execve(sys.executable, [sys.executable, "-m", "bot", *words], {**environment})  # noqa: S606 - as meant


@dataclass(slots=True)
class Member:
    """One process that is started again whenever it ended, from any thread.

    `code`: the folder that it is of, where it is not of this one.
    """

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    code: Path | None = None
    held: bool = False
    """Ended on purpose: it stays so until the fault is mended."""
    _process: ForkServerProcess | None = field(default=None, init=False)
    _changing: threading.RLock = field(default_factory=threading.RLock, init=False)

    def start(self) -> None:
        with self._changing:
            self.held = False
            if not self.alive:
                environment = {**os.environ, **self.environment}
                self._process = forks().Process(
                    target=serve, args=(self.arguments, environment, str(self.log), self.code), daemon=True
                )
                self._process.start()

    def revive(self) -> None:
        """Start it if it ended by itself."""
        with self._changing:
            if not self.held:
                self.start()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def kill(self) -> None:
        """SIGKILL; it is gone when this returns."""
        with self._changing:
            self.held = True
            self.signal(signal.SIGKILL)
            if self._process is not None:
                self._process.join()

    def end(self) -> bool:
        """SIGTERM, as at a deployment. False: it did not end in time and was killed."""
        with self._changing:
            self.held = True
            self.signal(signal.SIGTERM)
            if self._process is not None:
                self._process.join(_STOPPING)
            ended = not self.alive
            self.kill()
            return ended

    def freeze(self) -> None:
        """Stand still, and let nobody start it anew."""
        self.held = True
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.held = False
        self.signal(signal.SIGCONT)

    def signal(self, number: signal.Signals) -> None:
        with self._changing:
            if self._process is not None and self._process.pid is not None and self.alive:
                with suppress(ProcessLookupError):
                    os.kill(self._process.pid, number)


@dataclass(frozen=True, slots=True)
class Fleet:
    bots: tuple[Member, ...]
    workers: tuple[Member, ...]

    def __iter__(self) -> Iterator[Member]:
        yield from self.bots
        yield from self.workers

    def revive(self) -> None:
        """Start what has ended by itself, as a supervisor does."""
        for member in self:
            member.revive()

    def events(self) -> Counter[str]:
        """How often each event was logged, by all processes there were."""
        return Counter(event for member in self for event in _logged(member.log))


def _logged(log: Path) -> Iterator[str]:
    if not log.exists():
        return
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            with suppress(ValueError, KeyError, TypeError):
                yield str(json.loads(line)["event"])
