"""Players in a circle who all trade with both neighbours at once, each tap at whichever bot comes next."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, TypeVar

from apps.game_core.modules.inventory.errors import InventoryUnavailableError, OperationRefusedError
from apps.game_core.modules.trade.contracts import (
    Confirm,
    Invite,
    Lay,
    LayCoins,
    Leave,
    LookAtTable,
    Sit,
    TableState,
    TableView,
    TradeError,
    WaitsFor,
)
from apps.game_core.system.protocols import Context
from tools.ring.bots import Ask

R = TypeVar("R")
_ENDED = (TableState.SETTLED, TableState.OFF, TableState.LEFT)
_OPEN = (TableState.INVITING, TableState.LAYING)
_GLANCE = 0.25
_LOOKS = 0.5, 1.5
_IMPATIENCE = 5.0, 10.0
_PAUSE = 1.0
_FICKLE = 0.1
_MOST_COINS = 9


@dataclass(frozen=True, slots=True)
class Told:
    """What both were told of a trade in the end."""

    trade: int
    first: TableState
    second: TableState


@dataclass(slots=True)
class Circle:
    """`hands`: what each has to trade with, as they were told. `refused` counts what they were refused."""

    bots: Sequence[Ask]
    hands: Mapping[int, set[int]]
    dice: random.Random
    told: list[Told] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    unavailable: int = 0
    taps: int = 0
    _tables: set[int] = field(default_factory=set)
    _sitting: set[int] = field(default_factory=set)
    _waiting: dict[asyncio.Event, frozenset[int]] = field(default_factory=dict)
    _turns: "cycle[Ask]" = field(init=False)

    def __post_init__(self) -> None:
        self._turns = cycle(self.bots)

    async def play(self, trades: int) -> None:
        """So many, all begun at once, between neighbours in turn."""
        chars = list(self.hands)
        pairs = [(chars[at % len(chars)], chars[(at + 1) % len(chars)]) for at in range(trades)]
        await asyncio.gather(*(self._trade(*self.dice.sample(pair, 2)) for pair in pairs))

    async def _trade(self, first: int, second: int) -> None:
        while (trade := await self._seated(first, second)) is None:
            await self._both_free(first, second)
        laid = {char_id: self._of_hand(char_id) for char_id in (first, second)}
        shown = await self._deal(trade, laid)
        ends = [
            await self._end(trade, each, thing, view)
            for (each, thing), view in zip(laid.items(), shown, strict=True)
        ]
        self.told.append(Told(trade, *ends))

    def _of_hand(self, char_id: int) -> int | None:
        """A thing that is on no table and not on its way."""
        hand = self.hands[char_id]
        thing = self.dice.choice(sorted(hand)) if hand else None
        hand.discard(thing or 0)
        return thing

    async def _seated(self, first: int, second: int) -> int | None:
        """None: one of both sits elsewhere, and who has invited goes away again."""
        invited = await self._tap(Invite(first, second))
        if invited is None or invited.trade in self._tables:
            return None
        self._tables.add(invited.trade)
        self._sitting.add(first)
        if await self._tap(Sit(second, invited.trade, first)):
            self._sitting.add(second)
            return invited.trade
        await self._tap(Leave(first, invited.trade))
        self._rise(first)
        return None

    async def _deal(self, trade: int, laid: Mapping[int, int | None]) -> list[TableView | None]:
        """Both confirm at once, and sometimes one of them thinks better of it; what each sees then."""
        for char_id, item_id in laid.items():
            if item_id is not None:
                await self._tap(Lay(char_id, item_id, trade))
        first, second = laid.keys()
        coins = self.dice.randint(1, _MOST_COINS)
        table = await self._tap(LayCoins(first, coins, trade))
        shown = table.fingerprint if table else None
        confirming = [self._tap(Confirm(each, shown or 1, trade)) for each in laid]
        regret = self._regret(first, second, trade, coins) if self.dice.random() < _FICKLE else None
        seen, _ = await asyncio.gather(asyncio.gather(*confirming), regret or asyncio.sleep(0))
        self._rise(*laid)
        return seen

    async def _regret(self, first: int, second: int, trade: int, coins: int) -> None:
        await asyncio.sleep(self.dice.uniform(0, _GLANCE))
        await self._tap(self.dice.choice((Leave(second, trade), LayCoins(first, coins + 1, trade))))

    async def _end(self, trade: int, char_id: int, laid: int | None, view: TableView | None) -> TableState:
        """Once it is told for good, and what came of it has come; who still sits there leaves."""
        while view is None or view.state not in _ENDED or view.waits_for is not None:
            if view and view.state in _OPEN and view.waits_for is not WaitsFor.EXCHANGE:
                await self._tap(Leave(char_id, trade))
            view = await self._look(char_id, trade)
        self.hands[char_id].update(_came_of(view, laid))
        return view.state

    async def _look(self, char_id: int, trade: int) -> TableView | None:
        await asyncio.sleep(self.dice.uniform(*_LOOKS))
        return await self._tap(LookAtTable(char_id, trade))

    async def _tap(self, wish: Context[Any, Any, R]) -> R | None:
        """At the next bot; again where it could not say. None: refused."""
        while True:
            self.taps += 1
            try:
                return await next(self._turns)(wish)
            except (TradeError, OperationRefusedError) as error:
                self.refused[type(error).__name__] += 1
                return None
            except InventoryUnavailableError:
                self.unavailable += 1
                await asyncio.sleep(self.dice.uniform(0, _GLANCE))

    async def _both_free(self, first: int, second: int) -> None:
        """As far as can be seen from here; or they lose patience."""
        pair, risen = frozenset({first, second}), asyncio.Event()
        if not pair & self._sitting:  # whoever was in the way has risen meanwhile
            await asyncio.sleep(self.dice.uniform(0, _PAUSE))
            return
        self._waiting[risen] = pair
        with suppress(TimeoutError):
            async with asyncio.timeout(self.dice.uniform(*_IMPATIENCE)):
                await risen.wait()
        del self._waiting[risen]

    def _rise(self, *char_ids: int) -> None:
        """One of those who wait for each tries again."""
        self._sitting.difference_update(char_ids)
        for char_id in char_ids:
            able = [
                risen
                for risen, pair in self._waiting.items()
                if char_id in pair and not risen.is_set() and not pair & self._sitting
            ]
            if able:
                self.dice.choice(able).set()


def _came_of(view: TableView, laid: int | None) -> set[int]:
    """What its player has now: what the other has laid, or their own."""
    if view.state is TableState.SETTLED:
        return {item.id for item in view.other.items} if view.other else set()
    return set() if laid is None else {laid}
