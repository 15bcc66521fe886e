"""Players with a past, made by the game itself: by router and gateway, and written as workers do."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import uvloop

from apps.game_core.container import Core, open_core
from apps.game_core.modules.characters.contracts import EnsureCharacter
from apps.game_core.settings import CoreSettings
from bot.cli.logs import set_up_logs
from tools.support.clocks import AdjustableClock
from tools.support.forks import forks
from tools.support.habits import Person, person

PERSONS = 250
"""Characters that one process makes in one go."""
_A_WRITE = 5
"""Changes between two writes, as of somebody who taps now and then."""
_AT_ONCE = 25
_A_CHANGE, _A_DAY = 600.0, 86_400.0
"""Seconds between changes. PostgreSQL says when somebody is born, so that all of them come a day later."""


@dataclass(frozen=True, slots=True)
class Seed:
    """`settings` lead to the servers. So many `characters` change something so many times.

    They are born after `began` (Unix seconds), within a day.
    """

    settings: CoreSettings
    characters: int
    changes: int
    began: float

    @property
    def before_changes(self) -> int:
        """A time when all are born and have done nothing yet (Unix seconds)."""
        return int(self.began + _A_DAY / 2)

    @property
    def halfway(self) -> int:
        return int(self.began + _A_DAY + self.changes // 2 * _A_CHANGE - _A_CHANGE / 2)

    @property
    def later(self) -> AdjustableClock:
        """The time of a day after all of it."""
        return _clock(self.began + 2 * _A_DAY + self.changes * _A_CHANGE)


def _clock(at: float) -> AdjustableClock:
    clock = AdjustableClock()
    clock.advance(at - clock.now())
    return clock


@dataclass(frozen=True, slots=True)
class Seeded:
    """`cpu`: seconds of this process."""

    char_ids: Sequence[int]
    cpu: float


def seed(plan: Seed, jobs: int) -> Iterator[Seeded]:
    """In so many processes; some characters at a time."""
    starts = range(0, plan.characters, PERSONS)
    if jobs == 1:
        yield from map(partial(_some, plan), starts)
        return
    with ProcessPoolExecutor(jobs, forks(), initializer=set_up_logs, initargs=("ERROR",)) as workers:
        yield from workers.map(partial(_some, plan), starts)


def _some(plan: Seed, start: int) -> Seeded:
    before = time.process_time()
    char_ids = uvloop.run(_seeded(plan, range(start, min(start + PERSONS, plan.characters))))
    return Seeded(char_ids, time.process_time() - before)


async def _seeded(plan: Seed, numbers: Sequence[int]) -> Sequence[int]:
    clock = AdjustableClock()
    async with open_core(plan.settings, clock=clock) as core:
        pace = asyncio.Semaphore(_AT_ONCE)

        async def born(number: int) -> Person:
            async with pace:
                return await _born(core, number + 1)

        people = await asyncio.gather(*map(born, numbers))
        clock.advance(plan.began + _A_DAY - clock.now())
        for number in range(plan.changes):
            for some in range(0, len(people), _AT_ONCE):
                changing = (each.change(number) for each in people[some : some + _AT_ONCE])
                await asyncio.gather(*changing)
            clock.advance(_A_CHANGE)
            if number % _A_WRITE == _A_WRITE - 1 or number == plan.changes - 1:
                await core.worker.sync.write([each.char_id for each in people], only_due=False)
    return [each.char_id for each in people]


async def _born(core: Core, user_id: int) -> Person:
    context = EnsureCharacter(user_id=user_id, name=f"Hero {user_id}", language="en")
    return await person(core.gateway, (await core.router.ask(context)).id)
