"""Taps without a messenger: what bots ask of the stores, at a rate, whether it is kept up with or not."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import uvloop

from apps.game_core.container import Core, open_core
from apps.game_core.modules.inventory.errors import InventoryError
from apps.game_core.settings import CoreSettings
from bot.cli.logs import set_up_logs
from tools.support.habits import ROUND, Person, person

VISIT = 2 * ROUND
"""Changes that somebody makes until they go, and never say so: that is what workers are for."""
_MOST_AT_ONCE = 400
"""Of one bot, which refuses what is more than that."""
_SCATTERED = 7_919
"""Who comes next is far from who came before, for PostgreSQL's pages."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Of one bot among `bots`: `rate` taps a second, for so long. Visits are numbered from `first`.

    `pace`: seconds between two taps of one player.
    """

    settings: CoreSettings
    characters: int
    rate: float
    seconds: float
    pace: float
    bot: int
    bots: int
    first: int = 0


@dataclass(slots=True)
class Taken:
    """`waits`: seconds from when a tap was due until it was done. `cpu`: seconds of this process.

    `refused` were too many at once; `failed` by error. `until`: where the next visits are numbered from.
    """

    changes: int = 0
    visits: int = 0
    refused: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    cpu: float = 0.0
    until: int = 0


def offer(asked: Offer) -> Taken:
    set_up_logs("ERROR")
    return uvloop.run(_offered(asked))


async def _offered(asked: Offer) -> Taken:
    async with open_core(asked.settings) as core:
        bot = _Bot(core, asked)
        before = time.process_time()
        await bot.run()
        bot.taken.cpu = time.process_time() - before
    return bot.taken


@dataclass(slots=True)
class _Visit:
    person: Person | None
    char_id: int
    number: int
    done: int = 0


class _Bot:
    def __init__(self, core: Core, asked: Offer) -> None:
        self.core, self.asked, self.taken = core, asked, Taken()
        self._coming = self._visits()
        # From the start as many as there will be, each somewhere in a visit.
        playing = max(1, round(asked.rate * asked.pace))
        self._playing = deque(next(self._coming) for _ in range(playing))
        for place, visit in enumerate(self._playing):
            visit.done = place % VISIT
        self._running = set[asyncio.Task[None]]()

    async def run(self) -> None:
        asked, begin = self.asked, time.perf_counter()
        for number in range(int(asked.rate * asked.seconds)):
            due = begin + number / asked.rate
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            elif number % ROUND == 0:
                await asyncio.sleep(0)
            if len(self._running) >= _MOST_AT_ONCE or not self._playing:
                self.taken.refused += 1
                continue
            task = asyncio.create_task(self._tap(self._playing.popleft(), due))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        if self._running:
            await asyncio.wait(self._running)

    def _visits(self) -> Iterator[_Visit]:
        number = self.asked.first + self.asked.bot
        while True:
            yield _Visit(None, 1 + number * _SCATTERED % self.asked.characters, number)
            number += self.asked.bots
            self.taken.until = number

    async def _tap(self, visit: _Visit, due: float) -> None:
        """The first one only looks."""
        try:
            if visit.person is None:
                visit.person = await person(self.core.gateway, visit.char_id)
                self.taken.visits += 1
            else:
                await visit.person.change(visit.number * ROUND * VISIT + visit.done)
                self.taken.changes += 1
                visit.done += 1
        except InventoryError as error:
            self.taken.failed[type(error).__name__] += 1
            visit.done = VISIT
        self.taken.waits.append(time.perf_counter() - due)
        self._playing.append(visit if visit.done < VISIT else next(self._coming))
