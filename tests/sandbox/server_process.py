"""The sandbox as people start it, in a process of its own, for tests that measure it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]


@contextmanager
def sandbox_process(*options: str) -> Iterator[tuple[str, psutil.Process]]:
    """Its address and the process."""
    command = (sys.executable, "-m", "telegram_sandbox", "--port", "0", *options)
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        url = process.stdout.readline().rpartition(" ")[2].strip()
        assert url, "the sandbox did not start"
        try:
            yield url, psutil.Process(process.pid)
        finally:
            process.terminate()
