"""A player who taps twice a second, for minutes: no flood control, and the menu ends on the true state.

Two minutes pass in the clock that the sandbox's flood model and the bot's pacing share, in seconds outside.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import cycle

import pytest
from aiogram.methods import GetUpdates
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.settings import CoreSettings
from bot.callbacks.buttons import Do, Open, ScreenName
from bot.callbacks.makers import Acts
from bot.running import Process, open_process
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.chats import groups, people
from telegram_sandbox.config import Bounds, SandboxConfig
from telegram_sandbox.in_process import InProcessSession
from telegram_sandbox.world.model import Group, User
from telegram_sandbox.world.world import World
from tests.journeys.conftest import TOKEN
from tools.support.clocks import ScaledClock
from tools.walk.verdict import untrue

TWO_MINUTES = 120
A_TAP = 0.5
TAVERN = -50
WISHES = (
    *(ScreenName.BACKPACK, Do.LOCK, ScreenName.QUICK_SLOTS, Do.UNLOCK),
    *(Do.TO_QUICK, ScreenName.MAIN, ScreenName.FILTER),
)


@dataclass
class Table:
    world: World
    process: Process
    clock: ScaledClock
    chat: User | Group
    offset: int = 0

    @property
    def bot(self) -> Bot:
        return self.world.bot_of(TOKEN)

    def place(self, user_id: int) -> people.Place:
        return people.Place(self.bot, self.world.users[user_id], self.chat)

    async def handle(self) -> None:
        """All updates there are; then menus are drawn as far as their turn has come."""
        updates = await self.process.bot(GetUpdates(offset=self.offset, timeout=0))
        for update in updates:
            await self.process.dispatcher.feed_update(self.process.bot, update)
            self.offset = update.update_id + 1
        await self.process.courtesies.settled(5)
        await self.drawn()

    async def drawn(self) -> None:
        """Until nothing is drawn any more but what waits for the clock."""
        board = self.process.board
        while board.busy or len(board._desks) > self.clock.sleepers:  # noqa: ASYNC110 - redrawing has no event
            await asyncio.sleep(0.0005)

    async def pass_by(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await self.drawn()

    def menu_of(self, user_id: int) -> int:
        owned = f":{user_id}"
        messages = self.bot.chat(self.chat.id).messages.values()
        return next(each.message_id for each in messages if owned in str(each.inline_keyboard))

    def statuses(self) -> list[int]:
        """What the calls that share the chat's budget were answered."""
        shared = {"editMessageText", "sendMessage"}
        return [call.status for call in self.world.calls.since(0) if call.method in shared]

    async def bread(self) -> int:
        player = await self.process.players.find(1)
        assert player is not None
        view = await self.process.core.gateway.view(player.char_id)
        return next(item.id for item in view.backpack if item.base_id == "bread")


@pytest.fixture
async def table(settings: CoreSettings, database: AsyncEngine, redis: Redis) -> AsyncIterator[Table]:
    clock = ScaledClock()
    world = World(SandboxConfig(bounds=Bounds(calls=10_000)))
    world.now = clock.now
    groups.add_group(world, Group(id=TAVERN, title="Tavern", members=[1, 2]))
    async with open_process(settings, TOKEN, "", session=InProcessSession(world), clock=clock) as process:
        yield Table(world, process, clock, world.users[1])
        clock.advance(TWO_MINUTES)


async def play(table: Table, seconds: int) -> int:
    """Look around and change things, twice a second; returns how many taps were answered at once."""
    for command in ("/start", "/inventory"):
        people.write(table.world, table.place(1), command)
        await table.handle()
    menu, bread = table.menu_of(1), await table.bread()
    wishes: Iterator[ScreenName | Do] = cycle(
        [
            ScreenName.BACKPACK,
            Do.LOCK,
            ScreenName.QUICK_SLOTS,
            Do.UNLOCK,
            Do.TO_QUICK,
            ScreenName.MAIN,
            ScreenName.FILTER,
        ]
    )
    answered = 0
    for number, wish in zip(range(int(seconds / A_TAP)), wishes, strict=False):
        data = (
            Open(screen=wish, owner=1)
            if isinstance(wish, ScreenName)
            else Acts(1, f"{number:08x}").quick_slot(wish, bread, number % 4)
        )
        tap = people.tap(table.world, table.place(1), menu, data.pack())
        await table.handle()
        answered += tap.answer.done()
        await table.pass_by(A_TAP)
    people.tap(table.world, table.place(1), menu, Open(screen=ScreenName.MAIN, owner=1).pack())
    await table.handle()
    return answered


@pytest.mark.parametrize(
    ("chat_id", "seconds", "soon", "edits"), [(1, TWO_MINUTES, 1.2, 100), (TAVERN, 60, 3.4, 30)]
)
async def test_two_taps_a_second_meet_no_429(
    table: Table, chat_id: int, seconds: int, soon: float, edits: int
) -> None:
    table.chat = table.world.users.get(chat_id) or table.world.groups[chat_id]

    answered = await play(table, seconds)
    await table.pass_by(soon)

    assert answered == seconds / A_TAP
    statuses = table.statuses()
    assert statuses.count(429) == 0
    assert len(statuses) >= edits
    assert await untrue(table.process, table.world, table.bot, 1, chat_id) == []
