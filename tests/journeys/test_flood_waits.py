"""A chat that is to be left alone: taps are answered, nothing is sent, and the last screen is drawn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiogram.methods import GetUpdates
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.settings import CoreSettings
from bot.callbacks.buttons import Erase, Open, ScreenName
from bot.menus.late_screens import LateScreens
from bot.outgoing.pacing import GROUP
from bot.running import Process, open_process
from bot.turns import keys
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.bots.calls import CallRecord
from telegram_sandbox.chats import groups, people
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.in_process import InProcessSession
from telegram_sandbox.trouble.flood import flood
from telegram_sandbox.world.model import Group
from telegram_sandbox.world.world import World
from tests.journeys.conftest import TOKEN
from tools.support.clocks import ScaledClock
from tools.walk.verdict import untrue

ALICE, BORIS, TAVERN = 1, 2, -50
FREE = {"answerCallbackQuery"}


@dataclass
class Play:
    """The people, the clock that all share, and the bot process that is there at the moment."""

    settings: CoreSettings
    world: World
    clock: ScaledClock
    process: Process | None = None
    offset: int = 0

    @property
    def bot(self) -> Bot:
        return self.world.bot_of(TOKEN)

    @property
    def running(self) -> Process:
        assert self.process is not None
        return self.process

    @asynccontextmanager
    async def served(self) -> AsyncIterator[Process]:
        session = InProcessSession(self.world)
        async with open_process(self.settings, TOKEN, "", session=session, clock=self.clock) as self.process:
            yield self.process

    async def write(self, user_id: int, text: str, chat_id: int | None = None) -> None:
        people.write(self.world, self.place(user_id, chat_id), text)
        await self.handle()

    async def tap(self, user_id: int, screen: ScreenName, chat_id: int | None = None) -> None:
        """A tap, which must be answered at once."""
        data = Open(screen=screen, owner=user_id).pack()
        tap = people.tap(self.world, self.place(user_id, chat_id), self.menu_of(user_id, chat_id), data)
        await self.handle()
        assert tap.answer.done()

    async def handle(self) -> None:
        updates = await self.running.bot(GetUpdates(offset=self.offset, timeout=0))
        for update in updates:
            await self.running.dispatcher.feed_update(self.running.bot, update)
            self.offset = update.update_id + 1
        await self.drawn()

    async def drawn(self) -> None:
        board = self.running.board
        while board.busy or len(board._desks) > self.clock.sleepers:  # noqa: ASYNC110 - has no event
            await asyncio.sleep(0.0005)

    async def pass_by(self, seconds: float) -> None:
        """The late screens are looked after as in a running bot."""
        self.clock.advance(seconds)
        await LateScreens(self.running.board, self.running.bot, self.running.storage).round()
        await self.drawn()

    def place(self, user_id: int, chat_id: int | None = None) -> people.Place:
        chat = self.world.chat(chat_id or user_id)
        assert chat is not None
        return people.Place(self.bot, self.world.users[user_id], chat)

    def menu_of(self, user_id: int, chat_id: int | None = None) -> int:
        messages = self.bot.chat(chat_id or user_id).messages.values()
        owned = Open(screen=ScreenName.MAIN, owner=user_id).pack()
        return [each.message_id for each in messages if owned in str(each.inline_keyboard)][-1]

    def calls_to(self, chat_id: int, since: int) -> list[CallRecord]:
        calls = self.world.calls.since(since)
        return [call for call in calls if str(call.arguments.get("chat_id")) == str(chat_id)]

    async def true(self, user_id: int, chat_id: int | None = None) -> bool:
        return await untrue(self.running, self.world, self.bot, user_id, chat_id) == []


@pytest.fixture
async def play(settings: CoreSettings, database: AsyncEngine, redis: Redis) -> Play:
    world, clock = World(SandboxConfig()), ScaledClock()
    clock.advance(1000)
    world.now = clock.now
    groups.add_group(world, Group(id=TAVERN, title="Tavern", members=[ALICE, BORIS]))
    made = Play(settings, world, clock)
    async with made.served():
        for user_id in (ALICE, BORIS):
            await made.write(user_id, "/start")
            await made.write(user_id, "/inventory")
    return made


@pytest.mark.parametrize("seconds", [1, 60, 300, 3600])
async def test_fault_50_the_chat_waits_as_long_as_told_and_nobody_else_does(play: Play, seconds: int) -> None:
    since = play.world.calls.next_seq
    async with play.served():
        flood(play.bot.chat(ALICE), seconds, play.clock.now())
        await play.tap(ALICE, ScreenName.BACKPACK)
        for screen in (ScreenName.QUICK_SLOTS, ScreenName.BACKPACK, ScreenName.MAIN):
            await play.pass_by(seconds / 4)
            await play.tap(ALICE, screen)
            await play.write(ALICE, "chatter")
            await play.tap(ALICE, screen)
            await play.tap(BORIS, screen)
        assert [call.status for call in play.calls_to(ALICE, since)] == [429]
        assert {call.status for call in play.calls_to(BORIS, since)} == {200}
        assert await play.true(BORIS)
        if seconds > 5:
            assert (play.clock.sleepers, len(play.running.board._desks)) == (0, 0)

        await play.pass_by(seconds / 4 + 0.01)

        assert [call.status for call in play.calls_to(ALICE, since) if call.method not in FREE][1] == 200
        assert 429 not in [call.status for call in play.calls_to(ALICE, since)[1:]]
        assert await play.true(ALICE)


@pytest.mark.parametrize("seconds", [60, 3600])
async def test_fault_50_a_bot_that_is_restarted_knows_the_wait_and_the_screen(
    play: Play, seconds: int
) -> None:
    since = play.world.calls.next_seq
    async with play.served():
        await play.tap(ALICE, ScreenName.BACKPACK)
        flood(play.bot.chat(ALICE), seconds, play.clock.now())
        await play.tap(ALICE, ScreenName.MAIN)
        assert not await play.true(ALICE)
    async with play.served():
        await play.pass_by(seconds / 2)
        await play.write(ALICE, "/help")
        await play.tap(ALICE, ScreenName.BACKPACK)
        await play.tap(ALICE, ScreenName.MAIN)
        await play.pass_by(seconds / 2 - 0.1)
        assert [call.status for call in play.calls_to(ALICE, since)] == [200, 429]
    async with play.served():
        await play.pass_by(0.2)

        assert 429 not in [call.status for call in play.calls_to(ALICE, since)[2:]]
        assert await play.true(ALICE)


async def test_fault_50_all_menus_of_a_group_wait_and_are_drawn(play: Play) -> None:
    async with play.served():
        for user_id in (ALICE, BORIS):
            await play.write(user_id, "/inventory", TAVERN)
            await play.tap(user_id, ScreenName.BACKPACK, TAVERN)
        since = play.world.calls.next_seq
        flood(play.bot.chat(TAVERN), 300, play.clock.now())
        for user_id in (ALICE, BORIS):
            await play.tap(user_id, ScreenName.MAIN, TAVERN)
            await play.tap(user_id, ScreenName.MAIN)
        assert [call.status for call in play.calls_to(TAVERN, since)] == [429]

        await play.pass_by(300)

        assert [call.status for call in play.calls_to(TAVERN, since)] == [429, 200, 200]
        assert await play.true(BORIS, TAVERN)


async def test_what_a_stopped_bot_had_not_drawn_is_drawn_by_the_next(play: Play) -> None:
    async with play.served() as first:
        await play.write(ALICE, "/inventory", TAVERN)
        for screen in [ScreenName.BACKPACK, ScreenName.QUICK_SLOTS] * GROUP.burst:
            await play.tap(ALICE, screen, TAVERN)
        await play.tap(ALICE, ScreenName.MAIN, TAVERN)
        assert not await play.true(ALICE, TAVERN)
        await first.board.close()
    async with play.served():
        await play.pass_by(4)

        assert await play.true(ALICE, TAVERN)
    assert 429 not in [call.status for call in play.world.calls.since(0)]


async def test_fault_53_delete_me_leaves_nothing_of_any_menu(play: Play, redis: Redis) -> None:
    async with play.served() as process:
        await play.write(ALICE, "/inventory", TAVERN)
        alice = await process.players.find(ALICE)
        assert alice is not None
        assert await redis.exists(keys.menu(play.bot.id, TAVERN, ALICE))
        await play.write(ALICE, "/delete_me")
        erase = Erase(owner=ALICE, character=alice.char_id).pack()
        people.tap(play.world, play.place(ALICE), list(play.bot.chat(ALICE).messages)[-1], erase)
        await play.handle()

        left = [name.decode().split(":") for name in await redis.keys("bot:*")]
        assert [name for name in left if str(ALICE) in name] == []
        assert await redis.exists(keys.menu(play.bot.id, BORIS, BORIS))
