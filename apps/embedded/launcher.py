import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from apps.embedded.log import ServerLog

LAUNCH_SCRIPT = str(Path(__file__).with_name("launch.py"))
Child = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Command:
    """`folders`: given where the command must not run as root; they will belong to whoever runs it.

    `environment` is added to what all servers get.
    """

    argv: tuple[str, ...]
    death_signal: signal.Signals
    folders: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


class Launcher:
    """Starts all children from one thread that lives as long as they do.

    The kernel sends a child its parent-death signal when the *thread* that forked it ends, so a short-lived
    thread of an executor must never fork a server.
    """

    def __init__(self, lock_fd: int) -> None:
        self._lock_fd = lock_fd
        self._children: list[Child] = []
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedded-servers")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True)
        for child in self._children:
            child.kill()
            child.wait()

    def spawn(self, command: Command, log: ServerLog) -> Child:
        return self._thread.submit(self._spawn, command, log).result()

    def _spawn(self, command: Command, log: ServerLog) -> Child:
        self._children = [child for child in self._children if child.poll() is None]
        with log.open() as output:
            child = subprocess.Popen(  # noqa: S603 - our own script and servers, no shell
                [
                    *(sys.executable, "-I", "-S", LAUNCH_SCRIPT),
                    *(str(os.getpid()), str(int(command.death_signal)), *map(str, command.folders)),
                    *("--", *command.argv),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**server_environment(), **command.environment},
                start_new_session=True,  # Ctrl-C in the terminal is for the parent alone
                pass_fds=(self._lock_fd,),  # the folder stays locked until the last server is gone
            )
        self._children.append(child)
        return child


def server_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
