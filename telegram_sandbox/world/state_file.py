"""The world on disk: written whole, beside the old file first, a moment after each change."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from telegram_sandbox.world.model import WorldRecord

WRITE_AFTER = 0.02

log = logging.getLogger(__name__)


def load(path: Path) -> WorldRecord | None:
    """The kept world; None when there is none. A file that cannot be read is set aside, never overwritten."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=WorldRecord)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        aside = path.with_name(f"{path.name}.corrupt-{time.time_ns()}")
        path.rename(aside)
        log.warning("the sandbox's state file is corrupt (%s); set aside as %s", fault, aside)
        return None


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)


class Saver:
    def __init__(self, path: Path, snapshot: Callable[[], WorldRecord]) -> None:
        self._path = path
        self._snapshot = snapshot
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Future[None] | None = None
        self._dirty = False

    def touch(self) -> None:
        self._dirty = True
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WRITE_AFTER, self._begin)

    def _begin(self) -> None:
        self._timer = None
        if self._writing is not None:
            self.touch()
            return
        self._dirty = False
        content = msgspec.json.encode(self._snapshot())
        loop = asyncio.get_running_loop()
        self._writing = loop.run_in_executor(None, write, self._path, content)
        self._writing.add_done_callback(self._end)

    def _end(self, writing: asyncio.Future[None]) -> None:
        self._writing = None
        if fault := writing.exception():
            log.error("the sandbox's state could not be written to %s", self._path, exc_info=fault)

    async def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._writing is not None:
            await asyncio.wait({self._writing})
        if self._dirty:
            write(self._path, msgspec.json.encode(self._snapshot()))
