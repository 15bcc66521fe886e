"""Two bots by webhook, as production has them, and people who tap at them without a pause."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from apps.game_core.container import Core
from apps.game_core.settings import CoreSettings
from bot.callbacks.buttons import Open, ScreenName
from tools.bench.measuring import NoEffectError
from tools.bench.messenger import Messenger, listening
from tools.bench.taps import LOCKS
from tools.bench.wire import Line
from tools.chaos.fleet import Member
from tools.support.ports import free_ports
from tools.support.processor import of_server

AT_ONCE = 32
"""Taps at each bot: as many as it handles at once."""
SETTINGS = {"bot_messages_per_second": 0, "inventory_worker": False}
"""All chats together may be drawn in as fast as it goes, and a process of its own writes sessions."""
_TOKEN = "1000:bench-token-bench-token-bench-token"  # noqa: S105 - of no bot
_SECRET = "bench-secret-bench-secret"  # noqa: S105 - keeps nobody out
_SERVED = 120.0
_GLANCE = 0.05


@dataclass(frozen=True, slots=True)
class Sample:
    """Of one block: taps, seconds, and seconds of CPU by bot."""

    taps: int
    wall: float
    cpu: tuple[float, ...]

    @property
    def throughput(self) -> float:
        return self.taps / self.wall

    @property
    def possible(self) -> float:
        """Taps a second if each bot had a core, and only the busiest were waited for."""
        return self.taps / max(self.cpu)


@dataclass(slots=True)
class Tappers:
    """Players who lock and unlock what is on the card that they look at; each tap goes to the next bot.

    `users` has whoever does not tap at this moment, at least as many as `block` has tap at once.
    """

    messenger: Messenger
    bots: Sequence[Member]
    lines: Sequence[Line]
    users: deque[int]

    async def enter(self, core: Core, users: Sequence[int]) -> None:
        """They look at the card. Their characters have their ids."""
        left = iter(zip(users, cycle(self.lines), strict=False))

        async def walk() -> None:
            for user_id, bot in left:
                view = await core.gateway.view(user_id)
                sword = next(row for row in view.backpack if row.wearable)
                await self.messenger.writes(user_id, "/inventory", bot)
                card = Open(screen=ScreenName.ITEM, owner=user_id, item=sword.id, page=1)
                await self.messenger.taps(user_id, card.pack(), bot)
                self.users.append(user_id)

        await asyncio.gather(*(walk() for _ in range(AT_ONCE)))

    async def block(self, taps: int, bots: int) -> Sample:
        """So many taps, at the first so many of the bots."""
        before, used = self._counted(), self._cpu()
        began = time.perf_counter()
        left, lines = iter(range(taps)), cycle(self.lines[:bots])
        await asyncio.gather(*(self._tap_along(left, lines) for _ in range(AT_ONCE * bots)))
        wall = time.perf_counter() - began
        answers, menus = (now - then for now, then in zip(self._counted(), before, strict=True))
        if (answers, menus) != (taps, taps):
            raise NoEffectError(f"{taps} taps had {answers} answers and {menus} new menus")
        cpu = [now - then for now, then in zip(self._cpu(), used, strict=True)]
        return Sample(taps, wall, tuple(cpu[:bots]))

    async def _tap_along(self, left: Iterator[int], lines: Iterator[Line]) -> None:
        for _ in left:
            user_id = self.users.popleft()
            await self.messenger.taps(user_id, self.messenger.button(user_id, LOCKS), next(lines))
            self.users.append(user_id)

    def _counted(self) -> tuple[int, int]:
        return self.messenger.calls["answerCallbackQuery"], self.messenger.changed

    def _cpu(self) -> list[float]:
        return [of_server(bot.pid) for bot in self.bots]


@asynccontextmanager
async def served(settings: CoreSettings, data: Path) -> AsyncIterator[Tappers]:
    """By two bots, and a worker beside them; nobody is there yet."""
    messenger, ports = Messenger(), free_ports(2)
    async with listening(messenger) as address:
        shared = {
            "REDIS_URL": settings.redis_url,
            "DATABASE_URL": settings.database_url,
            "BOT_API_URL": address,
            "BOT_TOKEN": _TOKEN,
            "WEBHOOK_SECRET": _SECRET,
            "LOG_LEVEL": "ERROR",
            **{name.upper(): str(value) for name, value in SETTINGS.items()},
        }
        bots = [bot_at(port, shared, data) for port in ports]
        members = (*bots, Member("worker", ("worker",), shared, data / "worker.log"))
        lines = [Line(port, "/hook", {"X-Telegram-Bot-Api-Secret-Token": _SECRET}) for port in ports]
        try:
            for member in members:
                await asyncio.to_thread(member.start)
            async with asyncio.timeout(_SERVED):
                while messenger.calls["setWebhook"] < len(bots):  # noqa: ASYNC110 - another process says so
                    await asyncio.sleep(_GLANCE)
            yield Tappers(messenger, bots, lines, deque())
        finally:
            for line in lines:
                line.close()
            for member in members:
                await asyncio.to_thread(member.kill)


def bot_at(port: int, shared: dict[str, str], data: Path) -> Member:
    own = {"WEBHOOK_URL": f"http://127.0.0.1:{port}/hook", "WEBHOOK_PORT": str(port)}
    return Member(f"bot-{port}", ("bot",), {**shared, **own}, data / f"bot-{port}.log")
