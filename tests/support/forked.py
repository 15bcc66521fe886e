"""A process that is forked rather than started, held as asyncio holds one of its own."""

import asyncio
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any

from tools.support.forks import forks


class Forked:
    """`wait`, `send_signal`, `kill`, `returncode`, `stdout` and `stderr` are those of asyncio's `Process`."""

    def __init__(
        self, process: ForkServerProcess, stdout: asyncio.StreamReader, stderr: asyncio.StreamReader
    ) -> None:
        self._process, self.stdout, self.stderr = process, stdout, stderr
        self._loop = asyncio.get_running_loop()
        self._ended = self._loop.create_future()
        self._loop.add_reader(process.sentinel, self._reap)

    @property
    def returncode(self) -> int | None:
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        code: int = await asyncio.shield(self._ended)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        if not self._ended.done() and self._process.pid is not None:
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _reap(self) -> None:
        self._loop.remove_reader(self._process.sentinel)
        self._process.join()
        self._ended.set_result(self._process.exitcode)
        self._process.close()


class _ToItsEnd(asyncio.StreamReaderProtocol):
    def eof_received(self) -> bool:
        super().eof_received()
        return False  # nobody writes into it: it is closed with that


async def forked(work: Callable[..., None], *arguments: object) -> Forked:
    """Where `work` is done, and what it says is heard."""
    context = forks()
    (stdout, its_stdout), (stderr, its_stderr) = context.Pipe(duplex=False), context.Pipe(duplex=False)
    process = context.Process(target=_do, args=(its_stdout, its_stderr, work, arguments), daemon=True)
    process.start()
    its_stdout.close()
    its_stderr.close()
    return Forked(process, await _heard(stdout), await _heard(stderr))


async def _heard(pipe: "Connection[Any, Any]") -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    file = os.fdopen(os.dup(pipe.fileno()), "rb", buffering=0)
    pipe.close()
    await asyncio.get_running_loop().connect_read_pipe(lambda: _ToItsEnd(reader), file)
    return reader


def _do(
    stdout: "Connection[Any, Any]",
    stderr: "Connection[Any, Any]",
    work: Callable[..., None],
    arguments: tuple[Any, ...],
) -> None:
    for pipe, descriptor in ((stdout, 1), (stderr, 2)):
        os.dup2(pipe.fileno(), descriptor)
        pipe.close()
    work(*arguments)
