"""Breaks things as planned, and mends them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tools.chaos.faults.targets import Verbs
from tools.chaos.plan import Step


@dataclass(frozen=True, slots=True)
class Nemesis:
    """`verbs`: what can be broken where it is played. `now`: seconds since the first step's zero."""

    verbs: Verbs
    now: Callable[[], float]

    async def run(self, steps: tuple[Step, ...], over: Callable[[], bool]) -> None:
        """Steps at their times until it is over; those that have different targets overlap."""
        async with asyncio.TaskGroup() as group:
            for step in steps:
                await asyncio.sleep(max(0.0, step.at - self.now()))
                if over():
                    return
                group.create_task(self._perform(step))

    async def _perform(self, step: Step) -> None:
        await self.verbs[step.kind](step)
