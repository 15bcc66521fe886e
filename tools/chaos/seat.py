"""One player's side of a table: what is seen there, and what is tapped."""

import asyncio
import random
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.callbacks.buttons import Open, ScreenName
from bot.callbacks.makers import Deals
from bot.callbacks.trading import AtTable, Deal, Invitation
from telegram_sandbox.bots.callbacks import Answer, Tap
from tools.chaos.player import Player

T = TypeVar("T")

# Seconds for an answer, and for another screen; menus are drawn about once a second.
_PATIENCE, _DRAWING = 3.0, 2.0
_GLANCE = 0.05
_KEPT = 40
_LINK = re.compile(r"start=(trade_\w+)")


@dataclass(slots=True)
class Seat:
    """`gate` holds players back while it is closed. `goods` are things that could be laid."""

    player: Player
    dice: random.Random
    gate: asyncio.Event
    goods: list[int] = field(default_factory=list, init=False)
    _tapped: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT), init=False)

    @property
    def owner(self) -> int:
        return self.player.user.id

    def deals(self, trade: int) -> Deals:
        return Deals(self.owner, trade)

    async def tap(self, button: AtTable, habit: str = "trade") -> Answer | None:
        """What is said of it, if anything is said in time."""
        return await self.answer(await self.send(button.pack(), habit))

    async def send(self, data: str, habit: str) -> Tap:
        await self.gate.wait()
        self._tapped.append(data)
        return self.player.tap(data, habit)

    async def answer(self, tap: Tap) -> Answer | None:
        done, _ = await asyncio.wait([tap.answer], timeout=_PATIENCE)
        return tap.answer.result() if done else None

    async def tap_again(self) -> None:
        """Something of any table that was tapped before."""
        if self._tapped:
            await self.answer(await self.send(self.dice.choice(self._tapped), "trade again"))

    async def walk_away(self) -> None:
        """To the bag; whoever sits at a table stays there."""
        await self.answer(await self.send(Open(screen=ScreenName.MAIN, owner=self.owner).pack(), "trade"))

    async def look(self, trade: int) -> None:
        await self.tap(self.deals(trade).table(Deal.LOOK))

    async def comes_back(self, trade: int) -> None:
        """To the table, from wherever they are by now."""
        if not self.sits_at(trade):
            await self.looks(lambda: self.sits_at(trade) or self.has_heard_of(trade), trade)

    async def leave(self, trade: int) -> None:
        await self.tap(self.deals(trade).table(Deal.LEAVE))

    async def get_free(self) -> None:
        """From a table of before, or a fight."""
        old = next((each.trade for each in self.buttons() if each.do is Deal.LEAVE), None)
        if old is not None:
            await self.leave(old)
            return
        await self.gate.wait()
        self.player.say("/logout")
        self.player.say("/start")

    async def follow(self, invitation: Invitation) -> None:
        await self.gate.wait()
        self.player.hearing.sits_down(invitation.trade)
        self.player.say(f"/start {invitation.payload}")

    def invitation(self, unlike: Invitation | None = None) -> Invitation | None:
        """What the link of the table says that they see, if it is not that of another table."""
        seen = self.player.table()
        found = _LINK.search(seen[0].text) if seen else None
        invitation = Invitation.read(found[1]) if found else None
        return None if invitation == unlike else invitation

    def instead(self) -> AtTable | None:
        """The button that leaves another table to sit down here."""
        return next((each for each in self.buttons() if each.do is Deal.SIT and each.instead_of), None)

    def sits_at(self, trade: int) -> bool:
        return any((each.do, each.trade) == (Deal.LEAVE, trade) for each in self.buttons())

    def has_heard_of(self, trade: int) -> bool:
        """That it is settled."""
        return trade in self.player.hearing.journal.trades

    def fingerprint(self, trade: int) -> int | None:
        """Of the table as it is shown."""
        shown = (each for each in self.buttons() if (each.do, each.trade) == (Deal.CONFIRM, trade))
        return next((each.fingerprint for each in shown), None)

    def buttons(self) -> list[AtTable]:
        seen = self.player.table()
        return seen[1] if seen else []

    async def sees(self, look: Callable[[], T | None]) -> T | None:
        """Wait until it is seen, but not for ever."""
        for _ in range(round(_DRAWING / _GLANCE)):
            if found := look():
                return found
            await asyncio.sleep(_GLANCE)
        return None

    async def looks(self, look: Callable[[], T | None], trade: int) -> T | None:
        """The same, at the table as it is drawn anew."""
        await self.look(trade)
        return await self.sees(look)

    async def choose(self, trade: int) -> int | None:
        """Something to lay, of what the bot said could be laid."""
        if not self.goods and not refused(await self.tap(self.deals(trade).page(Deal.CHOOSE, 0))):
            await self.sees(lambda: self._offered(trade))
            self.goods = self._offered(trade)
            self.dice.shuffle(self.goods)
        return self.goods.pop() if self.goods else None

    async def part(self, trade: int, item: int) -> AtTable | None:
        """The button that lays a part of a stack, if it can be taken apart."""
        if refused(await self.tap(self.deals(trade).item(Deal.PICK_PART, item))):
            return None
        return await self.sees(lambda: self._part_of(trade, item))

    def _offered(self, trade: int) -> list[int]:
        return [each.item for each in self.buttons() if (each.do, each.trade) == (Deal.LAY, trade)]

    def _part_of(self, trade: int, item: int) -> AtTable | None:
        parts = (each for each in self.buttons() if each.do is Deal.LAY_PART)
        return next((each for each in parts if (each.trade, each.item) == (trade, item)), None)


def refused(answer: Answer | None) -> bool:
    """Not where nothing was heard."""
    return answer is not None and answer.show_alert
