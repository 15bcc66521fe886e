"""A player whose thumb is faster than any menu: taps what the menu offers, without waiting to see it."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.callbacks.buttons import Act, Do, Open, ScreenName
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.bots.callbacks import Tap
from telegram_sandbox.chats import people
from telegram_sandbox.world.model import Message, User
from telegram_sandbox.world.world import World

_LEAST_PAUSE, _LONGEST_PAUSE = 0.05, 0.3
_PATIENCE = 15.0
_SPINNING = 4
_GLANCE = 0.02
_SCREENS = {
    ScreenName.MAIN,
    ScreenName.BACKPACK,
    ScreenName.ITEM,
    ScreenName.QUICK_SLOTS,
    ScreenName.FILTER,
    ScreenName.PICK_DROP,
}
_DEEDS = {Do.EQUIP, Do.UNEQUIP, Do.LOCK, Do.UNLOCK, Do.TO_QUICK, Do.FROM_QUICK}


@dataclass(slots=True)
class Tapper:
    world: World
    bot: Bot
    user: User
    dice: random.Random
    taps: list[Tap] = field(default_factory=list, init=False)

    async def begin(self) -> None:
        """A character, and the inventory open."""
        for command in ("/start", "/inventory"):
            before = self._menu()
            people.write(self.world, self._place(), command)
            async with asyncio.timeout(_PATIENCE):
                while self._menu() in {None, before}:  # noqa: ASYNC110 - a chat has no event
                    await asyncio.sleep(_GLANCE)

    async def play(self, seconds: float) -> None:
        """Tap for so long, and at last on the inventory's first screen."""
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            self._tap(self.dice.choice(list(self._buttons())))
            await asyncio.sleep(self.dice.uniform(_LEAST_PAUSE, _LONGEST_PAUSE))
            await self._spinners()
        self._tap(Open(screen=ScreenName.MAIN, owner=self.user.id).pack())

    async def answered(self) -> int:
        """How many of the taps were; waits for those that still may be."""
        answers = [tap.answer for tap in self.taps]
        done, _ = await asyncio.wait(answers, timeout=_PATIENCE)
        return len(done)

    async def _spinners(self) -> None:
        """Whoever sees so many buttons spin waits until one of them stops."""
        spinning = {tap.answer for tap in self.taps if not tap.answer.done()}
        if len(spinning) >= _SPINNING:
            await asyncio.wait(spinning, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)

    def _tap(self, data: str) -> None:
        self.taps.append(people.tap(self.world, self._place(), self._menu() or 0, data))

    def _menu(self) -> int | None:
        return next((each.message_id for each in self._menus()), None)

    def _buttons(self) -> Iterator[str]:
        menu = next(self._menus())
        for row in (menu.inline_keyboard or {})["inline_keyboard"]:
            for data in (button.get("callback_data", "") for button in row):
                if _wanted(data):
                    yield data
        yield Open(screen=ScreenName.BACKPACK, owner=self.user.id).pack()

    def _menus(self) -> Iterator[Message]:
        """The newest first."""
        messages = self.bot.chat(self.user.id).messages.values()
        return (each for each in reversed(messages) if each.inline_keyboard)

    def _place(self) -> people.Place:
        return people.Place(self.bot, self.user, self.user)


def _wanted(data: str) -> bool:
    """Looking about, and changes that the player has not seen the end of."""
    kind = data.partition(":")[0]
    if kind == Open.__prefix__:
        return Open.unpack(data).screen in _SCREENS
    return kind == Act.__prefix__ and Act.unpack(data).do in _DEEDS
