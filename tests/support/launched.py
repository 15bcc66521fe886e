"""Servers of the machine's own, started for a test and ended with it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from apps.embedded.launcher import LAUNCH_SCRIPT
from tools.support.patience import PATIENCE

HERE = "127.0.0.1"


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HERE, port)) == 0


def as_nobody(folder: Path, stop: signal.Signals = signal.SIGTERM) -> Sequence[str]:
    """What goes before a command that refuses to run as root; it owns the folder then, and ends with us."""
    return (
        *(sys.executable, "-I", "-S", LAUNCH_SCRIPT),
        *(str(os.getpid()), str(int(stop)), str(folder), "--"),
    )


@contextmanager
def launched(
    command: Sequence[str],
    folder: Path,
    ready: Callable[[], bool],
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[None]:
    """The command runs, in a folder of its own, and is `ready`."""
    said = folder.with_suffix(".log")
    with said.open("wb") as log:
        child = subprocess.Popen([*as_nobody(folder, stop), *command], stdout=log, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + PATIENCE
        while not ready():
            assert child.poll() is None, said.read_text()
            assert time.monotonic() < until, said.read_text()
            time.sleep(0.02)
        yield
    finally:
        child.send_signal(stop)
        child.wait()
