"""A bot in a process of its own, and everything that it says."""

import asyncio
import os
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from apps.game_core.settings import CoreSettings
from tests.support.forked import Forked, forked
from tools.support.forks import become_bot
from tools.support.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
_STREAMS = 2


@dataclass
class BotProcess:
    """`said` grows with both streams of the process."""

    process: Process | Forked
    said: list[str] = field(default_factory=list)
    silent: int = 0
    """How many of its streams have ended."""

    async def says(self, text: str) -> str:
        """Wait for a line that has `text` in it: as long as it can come."""
        async with asyncio.timeout(PATIENCE):
            while True:
                ended = self.silent == _STREAMS
                found = next((line for line in self.said if text in line), None)
                if found is not None:
                    return found
                assert not ended, f"It ended without {text!r}: {self.said}"
                await asyncio.sleep(0.02)

    async def listen(self, stream: asyncio.StreamReader) -> None:
        async for line in stream:
            self.said.append(line.decode().rstrip())
        self.silent += 1


Running = TypeVar("Running", bound=BotProcess)


@asynccontextmanager
async def heard(running: Running) -> AsyncIterator[Running]:
    """What it says is kept. Killed at the end, if it has not ended by then."""
    process = running.process
    assert process.stdout is not None
    assert process.stderr is not None
    listening = asyncio.gather(running.listen(process.stdout), running.listen(process.stderr))
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await listening


@asynccontextmanager
async def bot_process(settings: CoreSettings, command: str = "bot", **env: str) -> AsyncIterator[BotProcess]:
    """What `python3 run.py bot` becomes. Killed at the end, if it has not ended by then."""
    servers = {"REDIS_URL": settings.redis_url, "DATABASE_URL": settings.database_url}
    environment = {**os.environ, **servers, **env}
    async with heard(BotProcess(await forked(become_bot, (command,), environment))) as running:
        yield running
