"""Whole taps: an update goes in, an answer and an edited menu come out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import msgspec
from aiogram import Bot, Dispatcher

from apps.game_core.modules.inventory.contracts import InventoryView
from bot.callbacks.buttons import Act, Do, Open, ScreenName
from bot.incoming.reading import read_json
from bot.running import Process
from tools.bench.measuring import NoEffectError
from tools.bench.post import Post, tapped, written

_LAST_WORDS = 10
_BETWEEN_TAPS = 2.0
LOCKS = tuple(f"{Act.__prefix__}:{do}" for do in (Do.LOCK, Do.UNLOCK))


@dataclass(slots=True)
class Player:
    """Takes as long between taps as people do: whoever is faster has to wait for menus.

    Updates come in as they do by webhook, as JSON.
    """

    user_id: int
    process: Process
    post: Post

    async def writes(self, text: str) -> None:
        await self._feed(written(self.user_id, text))

    async def taps(self, data: str) -> None:
        message_id, _ = self.post.menus[self.user_id]
        await self._feed(tapped(self.user_id, message_id, data))

    async def to_the_card(self, view: InventoryView) -> None:
        """From anywhere to a piece that can be locked."""
        await self.writes("/inventory")
        sword = next(row for row in view.backpack if row.wearable)
        await self.taps(Open(screen=ScreenName.ITEM, owner=self.user_id, item=sword.id, page=1).pack())

    def button(self, *prefixes: str) -> str:
        """What the first button of these kinds on the menu sends."""
        _, buttons = self.post.menus[self.user_id]
        return next(data for _, data in buttons if data.startswith(prefixes))

    async def _feed(self, update: dict[str, Any]) -> None:
        self.post.clock.advance(_BETWEEN_TAPS)
        bot = self.process.bot
        await self.process.dispatcher.feed_update(bot, read_json(msgspec.json.encode(update), bot))
        await self.process.settled(_LAST_WORDS)


@dataclass(slots=True)
class Taps:
    """Each of the players taps `each` times; every tap must be answered and change the menu."""

    post: Post
    tap: Callable[[int], Awaitable[None]]
    each: int
    _found: tuple[int, int] = (0, 0)

    async def prepare(self) -> None:
        """Everything is there."""

    async def run(self) -> int:
        before = self._counted()
        for turn in range(self.each):
            await self.tap(turn)
        after = self._counted()
        self._found = (after[0] - before[0], after[1] - before[1])
        return self.each

    async def check(self) -> None:
        if self._found != (self.each, self.each):
            raise NoEffectError(
                f"{self.each} taps had {self._found[0]} answers and {self._found[1]} new menus"
            )

    def _counted(self) -> tuple[int, int]:
        return self.post.calls["answerCallbackQuery"], self.post.changed


def changes(players: Sequence[Player], each: int) -> Taps:
    """Players in turn lock or unlock what is on the card that they look at."""

    async def tap(turn: int) -> None:
        player = players[turn % len(players)]
        await player.taps(player.button(*LOCKS))

    return Taps(players[0].post, tap, each)


def pages(players: Sequence[Player], each: int) -> Taps:
    """Players in turn go from page to page of the backpack, and back."""
    taken = count()

    async def tap(_: int) -> None:
        rounds, place = divmod(next(taken), len(players))
        player, page = players[place], 1 + rounds % 2
        await player.taps(Open(screen=ScreenName.BACKPACK, owner=player.user_id, page=page).pack())

    return Taps(players[0].post, tap, each)


@dataclass(slots=True)
class Foreign:
    """Taps at a baseline's dispatcher."""

    dispatcher: Dispatcher
    bot: Bot
    post: Post
    data: Callable[[int], str]
    users: Sequence[int]
    _taken: int = field(default=0)

    async def tap(self, turn: int) -> None:
        user_id = self.users[turn % len(self.users)]
        await self.dispatcher.feed_raw_update(self.bot, tapped(user_id, 1, self.data(user_id)))

    def block(self, each: int) -> Taps:
        return Taps(self.post, self.tap, each)
