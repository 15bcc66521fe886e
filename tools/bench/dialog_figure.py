"""P12: a page of a large bag, against the same list in aiogram-dialog."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from statistics import median

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties

from bot.running import Process
from tools.bench import figures
from tools.bench.dialog_baseline import dialog_dispatcher, dialog_version
from tools.bench.figures import Finding
from tools.bench.measuring import cpu, in_turns, spread
from tools.bench.post import Post, tapped, written
from tools.bench.stage import make_players
from tools.bench.taps import Player, Taps, pages

_ITEMS = 1_000
_TURNS = (">", "<")


@dataclass(slots=True)
class Turning:
    """A user of the dialog goes a page on, and back."""

    dispatcher: Dispatcher
    bot: Bot
    post: Post
    user_id: int
    _taken: int = field(default=0)

    async def opened(self) -> "Turning":
        await self.dispatcher.feed_raw_update(self.bot, written(self.user_id, "/start"))
        return self

    async def tap(self, _: int) -> None:
        message_id, buttons = self.post.menus[self.user_id]
        data = dict(buttons)[_TURNS[self._taken % len(_TURNS)]]
        self._taken += 1
        await self.dispatcher.feed_raw_update(self.bot, tapped(self.user_id, message_id, data))


async def measure(
    process: Process, post: Post, token: str, each: int, repetitions: int
) -> AsyncIterator[Finding]:
    """Nothing where the library is not installed."""
    if dialog_version() is None:
        return
    [made] = await make_players(process.core, 1, _ITEMS)
    view = await process.core.gateway.view(made.char_id)
    player = Player(made.user_id, process, post)
    await player.to_the_card(view)
    dispatcher = dialog_dispatcher(
        [(row.id, f"{row.icon} {row.name} ×{row.quantity}") for row in view.backpack]
    )
    others = Post()
    bot = Bot(token, session=others, default=DefaultBotProperties(parse_mode="HTML"))
    turning = await Turning(dispatcher, bot, others, made.user_id).opened()
    ours, theirs = map(
        cpu, await in_turns((pages([player], each), Taps(others, turning.tap, each)), repetitions)
    )
    yield Finding(figures.PAGE_DIALOG, median(theirs) / median(ours), spread(theirs), (ours, theirs))
