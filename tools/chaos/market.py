"""Where players meet to trade: any two who have their hands free, at so many tables at once."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from tools.chaos.haggling import Haggling
from tools.chaos.player import Player
from tools.chaos.seat import Seat

_PLAYERS_A_TABLE = 2.4  # the others tap alone meanwhile
_LISTENING = 0.5
_AT_LEAST = 2


@dataclass(slots=True)
class Market:
    players: Sequence[Player]
    seed: int
    gate: asyncio.Event
    _seats: list[Seat] = field(init=False)

    def __post_init__(self) -> None:
        self._seats = [Seat(each, self._dice(f"seat {each.user.id}"), self.gate) for each in self.players]

    async def run(self) -> None:
        """Until cancelled."""
        if len(self._seats) < _AT_LEAST:
            return
        tables = max(1, int(len(self._seats) / _PLAYERS_A_TABLE))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            for number in range(tables):
                group.create_task(self._table(self._dice(f"table {number}")))

    async def _table(self, dice: random.Random) -> None:
        while True:
            await self.gate.wait()
            free = [each for each in self._seats if not each.player.hands.locked()]
            host, guest = dice.sample(free if len(free) >= _AT_LEAST else self._seats, 2)
            async with AsyncExitStack() as hands:
                for seat in sorted((host, guest), key=lambda each: each.owner):  # nobody waits in a circle
                    await hands.enter_async_context(seat.player.hands)
                await Haggling(host, guest, dice).run()

    async def _listen(self) -> None:
        """To what is written to players without a tap of theirs."""
        heard = dict.fromkeys(range(len(self.players)), 0)
        while True:
            await asyncio.sleep(_LISTENING)
            for number, player in enumerate(self.players):
                heard[number] = player.listen(heard[number])

    def _dice(self, what: str) -> random.Random:
        return random.Random(f"{self.seed}:{what}")  # noqa: S311 - habits, not secrets
