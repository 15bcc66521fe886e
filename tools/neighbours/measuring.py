"""The whole measurement: by polling and by webhook, without and with disturbance in turns."""

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools.neighbours.load import Load, Sample
from tools.neighbours.report import Comparison, Report
from tools.neighbours.scene import How, Scene, open_scene

_CALM = 1.0


@dataclass(frozen=True, slots=True)
class Size:
    """`seconds` of each block, and how many pairs of blocks each way.

    `side_by_side`: both ways at once, which is quicker and has each disturb the other. `warming`: seconds of
    taps before those that count.
    """

    seconds: float
    repetitions: int
    players: int = 50
    side_by_side: bool = False
    warming: float = 3.0

    @property
    def blocks(self) -> int:
        return 2 * self.repetitions * len(How)


async def measure(size: Size, data: Path, progress: Callable[[str], None]) -> Report:
    async with open_scene(size.players, data) as scene:
        told: set[tuple[How, int, str]] = set()
        with _unpaused():
            compare = partial(_compare, scene, size=size, told=told, progress=progress)
            if size.side_by_side:
                comparisons = await asyncio.gather(*map(compare, How))
            else:
                comparisons = [await compare(how) for how in How]
        return Report(comparisons, len(told), await scene.written())


@contextmanager
def _unpaused() -> Iterator[None]:
    """Nothing is collected here meanwhile: that would stop the messenger and look like the bot's pauses."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def _compare(
    scene: Scene, how: How, size: Size, told: set[tuple[How, int, str]], progress: Callable[[str], None]
) -> Comparison:
    blocks: dict[bool, list[Sample]] = {False: [], True: []}
    async with scene.served(how) as table:
        load = Load(table)
        warm = await load.block(min(size.warming, size.seconds), 0, disturbed=False)
        told |= {(how, *change) for change in warm.told}
        for number in range(2 * size.repetitions):
            # Without, with, with, without: what drifts meets both alike.
            disturbed = number % 4 in {1, 2}
            progress(f"by {how.value}, {'beside others' if disturbed else 'alone'}")
            sample = await load.block(size.seconds, number // 2, disturbed=disturbed)
            blocks[disturbed].append(sample)
            told |= {(how, *change) for change in sample.told}
            await asyncio.sleep(_CALM)
    return Comparison(how, blocks[False], blocks[True])
