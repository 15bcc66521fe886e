"""P15: what it takes to start a bot until it has answered somebody."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

from apps.game_core.settings import CoreSettings
from telegram_sandbox.client import Player, SandboxClient
from telegram_sandbox.config import SandboxConfig, UserSeed
from telegram_sandbox.server import SandboxServer
from tools.bench.figures import START, Finding
from tools.bench.measuring import spread

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 120.0
_FIRST = 9_000_001


async def measure(settings: CoreSettings, repetitions: int) -> AsyncIterator[Finding]:
    if not repetitions:
        return
    taken = [await _start(settings, _FIRST + number) for number in range(repetitions + 1)][1:]
    yield Finding(START, median(taken), spread(taken), (tuple(taken),))


async def _start(settings: CoreSettings, user_id: int) -> float:
    """Seconds of CPU until a newcomer who had written before has an answer."""
    config = SandboxConfig(port=0, users=(UserSeed(user_id, "Newcomer"),))
    async with SandboxServer(config) as sandbox, SandboxClient(sandbox.url) as client:
        player = Player(client, user_id)
        environment = {
            **os.environ,
            "BOT_TOKEN": f"{user_id + 1_000}:bench-token-bench-token-bench-token",
            "BOT_API_URL": sandbox.url,
            "REDIS_URL": settings.redis_url,
            "DATABASE_URL": settings.database_url,
            "LOG_LEVEL": "ERROR",
        }
        process = subprocess.Popen([sys.executable, "-m", "bot", "bot"], cwd=_ROOT, env=environment)  # noqa: ASYNC220
        try:
            await client.until_served(_PATIENCE)
            await player.send("/start")
            await player.sees("Newcomer", within=_PATIENCE)
        finally:
            process.kill()
            used = await asyncio.to_thread(_used, process)
    return used


def _used(process: "subprocess.Popen[bytes]") -> float:
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime
