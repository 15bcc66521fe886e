"""Blocks of work, timed in turns, each seen to have had its effect."""

import gc
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol


class NoEffectError(Exception):
    """A block was timed that did not do what it is timed for; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Of one operation, in seconds; `cpu` is this process's own."""

    cpu: float
    wall: float


class Block(Protocol):
    """Some operations, the same each time."""

    async def prepare(self) -> None:
        """What is needed before each run and is not part of it."""

    async def run(self) -> int:
        """Returns how many they were."""

    async def check(self) -> None:
        """Raises NoEffectError unless the run took effect."""


async def in_turns(blocks: Sequence[Block], repetitions: int) -> list[list[Spent]]:
    """What an operation of each block takes, by block; before that each runs once unmeasured."""
    found: list[list[Spent]] = [[] for _ in blocks]
    for turn in range(repetitions + 1):
        for block, kept in zip(blocks, found, strict=True):
            await block.prepare()
            each = await _spent(block.run)
            await block.check()
            if turn:
                kept.append(each)
    return found


async def _spent(run: Callable[[], Awaitable[int]]) -> Spent:
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    count = await run()
    return Spent((time.process_time() - cpu) / count, (time.perf_counter() - wall) / count)


def cpu(spent: Sequence[Spent]) -> tuple[float, ...]:
    return tuple(each.cpu for each in spent)


def wall(spent: Sequence[Spent]) -> tuple[float, ...]:
    return tuple(each.wall for each in spent)


def spread(values: Sequence[float]) -> float:
    """Between the quarters of the values, as a part of their median."""
    ordered = sorted(values)
    quarter = len(ordered) // 4
    return (ordered[-1 - quarter] - ordered[quarter]) / median(ordered)
