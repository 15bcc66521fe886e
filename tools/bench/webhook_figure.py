"""P13: whole taps over HTTP, at one bot process and at two."""

import os
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from apps.game_core.container import Core, open_core
from apps.game_core.settings import CoreSettings
from tools.bench import figures
from tools.bench.figures import Finding
from tools.bench.hooked import Sample, Tappers, served
from tools.bench.measuring import spread
from tools.bench.stage import make_players
from tools.support.copied_characters import analyze, copy_players

IS_TOLD = sys.platform == "linux"
"""What CPU another process has had."""
FIRST = 20_000_000
_ENOUGH = 4
"""Cores, for two bots, Redis, and whoever taps."""


@dataclass(frozen=True, slots=True)
class Size:
    """`taps`: of a block, at each bot."""

    players: int
    taps: int
    repetitions: int


async def measure(settings: CoreSettings, data: Path, size: Size) -> AsyncIterator[Finding]:
    if not size.players or not IS_TOLD:
        return
    async with open_core(settings) as core:
        users = await _copied(core, size.players)
        async with served(settings, data) as tappers:
            await tappers.enter(core, users)
            one, two = await _in_turns(tappers, size)
    for finding in findings(one, two, len(os.sched_getaffinity(0))):
        yield finding


def findings(one: Sequence[Sample], two: Sequence[Sample], cores: int) -> list[Finding]:
    """Where bots, Redis and tappers share too few cores, what the busier bot takes has to say it."""
    alone = tuple(each.possible for each in one)
    if cores >= _ENOUGH:
        figure = figures.SECOND_BOT
        singles, pairs = (tuple(each.throughput for each in samples) for samples in (one, two))
    else:
        figure = replace(figures.SECOND_BOT, baseline=f"one, by CPU of the busier: {cores} cores are too few")
        singles, pairs = alone, tuple(each.possible for each in two)
    return [
        Finding(figures.WEBHOOK, median(alone), spread(alone), (alone,)),
        Finding(figure, median(pairs) / median(singles), spread(singles), (pairs, singles)),
    ]


async def _in_turns(tappers: Tappers, size: Size) -> tuple[list[Sample], list[Sample]]:
    """Blocks at one bot and at both, after one of each that does not count."""
    found: dict[int, list[Sample]] = {1: [], 2: []}
    for turn in range(size.repetitions + 1):
        for bots, samples in found.items():
            sample = await tappers.block(size.taps * bots, bots)
            if turn:
                samples.append(sample)
    return found[1], found[2]


async def _copied(core: Core, players: int) -> range:
    [like] = await make_players(core, 1)
    while await core.worker.drain():
        pass
    users = range(FIRST, FIRST + players)
    await copy_players(core.engine, like.char_id, users)
    await analyze(core.engine)
    return users
