"""A player with a chat, and what is to be read from its buttons."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, takewhile

from pydantic import ValidationError

from bot.callbacks.buttons import Act, Open, ScreenName
from bot.callbacks.trading import AtTable
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.bots.callbacks import Tap
from telegram_sandbox.chats import people
from telegram_sandbox.world.model import Message, User
from telegram_sandbox.world.world import World
from tools.chaos.hearing import Hearing
from tools.chaos.names import as_table

# A table may be below what was told since.
_GLANCE = 3


@dataclass(frozen=True, slots=True)
class Player:
    """`hands` are held by whoever plays for them: at a table, or alone."""

    world: World
    user: User
    bot: Bot
    hearing: Hearing
    hands: asyncio.Lock = field(default_factory=asyncio.Lock)

    def tap(self, data: str, habit: str) -> Tap:
        menu = self.menu()
        tap = people.tap(self.world, self._place(), menu.message_id if menu else 1, data)
        self.hearing.tapped(tap, data, habit)
        return tap

    def start(self) -> None:
        self.say("/start")

    def say(self, text: str) -> None:
        people.write(self.world, self._place(), text)

    def menu(self) -> Message | None:
        return next(self._menus(), None)

    def table(self) -> tuple[Message, list[AtTable]] | None:
        """Where they see a table, and its buttons."""
        for menu in islice(self._menus(), _GLANCE):
            buttons = [table for data in buttons_of(menu) if (table := as_table(data))]
            if len(buttons) > 1:
                return menu, buttons
        return None

    def listen(self, after: int) -> int:
        """Hear what was written since message `after`; the last one that there is."""
        messages = self.bot.chat(self.user.id).messages
        new = list(takewhile(lambda each: each.message_id > after, reversed(messages.values())))
        for message in new:
            buttons = [table for data in buttons_of(message) if (table := as_table(data))]
            if len(buttons) == 1:
                self.hearing.told_of_trade(buttons[0].trade, message.text)
        return max((each.message_id for each in new), default=after)

    def _menus(self) -> Iterator[Message]:
        messages = self.bot.chat(self.user.id).messages.values()
        return (each for each in reversed(messages) if each.inline_keyboard)

    def _place(self) -> people.Place:
        return people.Place(self.bot, self.user, self.user)


def buttons_of(menu: Message) -> list[str]:
    rows = (menu.inline_keyboard or {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


@lru_cache(maxsize=10_000)
def item_of(data: str) -> int:
    """The item that a button is about, 0 for all others."""
    for kind in (Act, Open):
        with suppress(ValidationError, ValueError, TypeError):
            return kind.unpack(data).item
    return 0


def towards_acts(buttons: list[str]) -> list[str]:
    """The way to the nearest actions: an item's card or the best set, or a screen that lists items."""
    for screens in ((ScreenName.ITEM, ScreenName.BEST_SET), (ScreenName.BACKPACK, ScreenName.MAIN)):
        starts = tuple(f"{Open.__prefix__}:{screen}:" for screen in screens)
        if nearer := [each for each in buttons if each.startswith(starts)]:
            return nearer
    return buttons
