"""A player with a chat, and what is to be read from its buttons."""

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from pydantic import ValidationError

from bot.callbacks.buttons import Act, Open, ScreenName
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.bots.callbacks import Tap
from telegram_sandbox.chats import people
from telegram_sandbox.world.model import Message, User
from telegram_sandbox.world.world import World
from tools.chaos.hearing import Hearing


@dataclass(frozen=True, slots=True)
class Player:
    world: World
    user: User
    bot: Bot
    hearing: Hearing

    def tap(self, data: str, habit: str) -> Tap:
        menu = self.menu()
        tap = people.tap(self.world, self._place(), menu.message_id if menu else 1, data)
        self.hearing.tapped(tap, as_act(data), habit)
        return tap

    def start(self) -> None:
        people.write(self.world, self._place(), "/start")

    def menu(self) -> Message | None:
        messages = self.bot.chat(self.user.id).messages.values()
        return next((each for each in reversed(messages) if each.inline_keyboard), None)

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


@lru_cache(maxsize=10_000)
def as_act(data: str) -> Act | None:
    """The action behind a button; None for all others and for forgeries that no bot would understand."""
    try:
        return Act.unpack(data)
    except (ValidationError, ValueError, TypeError):
        return None
