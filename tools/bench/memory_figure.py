"""P14: fifty thousand players whom a bot has seen."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from apps.game_core.container import open_core
from apps.game_core.settings import CoreSettings
from tools.bench import figures
from tools.bench.figures import Figure, Finding
from tools.bench.keeping import Kept
from tools.bench.measuring import NoEffectError
from tools.bench.stage import make_players
from tools.support.copied_characters import analyze, copy_players

PLAYERS = 50_000
_ROOT = Path(__file__).resolve().parents[2]
_FIRST = 10_000_000
_MADE = 8
"""Bags that differ, and that all others are copies of."""
_AT_ONCE = 100
_MB = 1_000_000
_MS = 1_000


async def measure(settings: CoreSettings, players: int) -> AsyncIterator[Finding]:
    if not players:
        return
    char_ids = range(_FIRST, _FIRST + players)
    await _copied(settings, char_ids)
    for finding in findings(await _kept(settings, char_ids), players):
        yield finding


async def _kept(settings: CoreSettings, char_ids: range) -> Kept:
    """By a process of its own, which has done nothing else."""
    servers = {"REDIS_URL": settings.redis_url, "DATABASE_URL": settings.database_url}
    command = (sys.executable, "-m", "tools.bench.keeping", str(char_ids[0]), str(len(char_ids)))
    process = await asyncio.create_subprocess_exec(
        *command, str(len(char_ids) // 5), cwd=_ROOT, env={**os.environ, **servers}, stdout=subprocess.PIPE
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        raise NoEffectError(f"the players were not kept: exit code {process.returncode}")
    return Kept(**json.loads(said))


def findings(kept: Kept, players: int) -> list[Finding]:
    memory, raw = in_all(kept, players), ((kept.half / _MB, kept.whole / _MB),)
    return [
        Finding(_saying(figures.KEPT, players, "worked out from"), memory / _MB, raw=raw),
        Finding(_saying(figures.COLLECTED, players, "with"), kept.collected * _MS),
        Finding(_saying(figures.STALLED, players, "with"), kept.stalled * _MS),
    ]


def in_all(kept: Kept, players: int) -> float:
    """Of fifty thousand: as measured, or as the second half of the players says."""
    each = (kept.whole - kept.half) / (players - players // 2)
    return kept.whole + (PLAYERS - players) * each


def _saying(figure: Figure, players: int, how: str) -> Figure:
    """Where it is not of all of them."""
    return figure if players == PLAYERS else replace(figure, what=f"{figure.what}, {how} {players:,}")


async def _copied(settings: CoreSettings, char_ids: range) -> None:
    async with open_core(settings) as core:
        parts = [char_ids[first : first + _AT_ONCE] for first in range(0, len(char_ids), _AT_ONCE)]
        made = await make_players(core, min(_MADE, len(parts)))
        while await core.worker.drain():
            pass
        for like, part in zip(cycle(made), parts, strict=False):
            await copy_players(core.engine, like.char_id, part)
        await analyze(core.engine)
