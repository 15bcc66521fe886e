"""Two boards, as two processes have them, and one messenger that is slow with some edits."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any
from unittest.mock import patch

import pytest
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import EditMessageText, GetUpdates, Response, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Message, Update
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.settings import CoreSettings
from bot.callbacks.buttons import Open, ScreenName
from bot.menus.board import MenuBoard
from bot.menus.late_screens import LateScreens
from bot.menus.orders import Order
from bot.places import Place
from bot.process.factory import build_bot
from bot.running import open_process
from bot.turns import keys
from bot.turns.contracts import Claim, Turn
from bot.turns.local import LocalTurns
from bot.turns.shared import SharedTimes, SharedTurns
from bot.views.screen import Screen
from telegram_sandbox.chats import people
from telegram_sandbox.config import FloodModel, SandboxConfig
from telegram_sandbox.in_process import InProcessSession
from telegram_sandbox.world.world import World
from tools.support.round_trips import RoundTrips, counting_round_trips

TOKEN = "1000:many-token-many-token-many-token-many"
BOT, PLAYER = 1000, 1
QUICK = SharedTimes(lease=0.3)


class Slow(BaseRequestMiddleware):
    """Holds edits and sends of one text back until they are let go."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.held = asyncio.Event()
        self.let_go = asyncio.Event()

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if isinstance(method, EditMessageText | SendMessage) and method.text == self.text:
            self.held.set()
            await self.let_go.wait()
        return await make_request(bot, method)


class Paused(SharedTurns):
    """A process that sleeps as a whole: it does not even say that it still draws."""

    async def keep(self, claim: Claim) -> None:
        pass


class Process:
    def __init__(self, world: World, turns: SharedTurns, storage: MemoryStorage) -> None:
        self.bot = build_bot(TOKEN, "", InProcessSession(world), turns)
        self.board = MenuBoard(turns=turns)
        self.late = LateScreens(self.board, self.bot, storage)
        self.state = FSMContext(storage, StorageKey(BOT, PLAYER, PLAYER))

    def put(self, text: str, message: Message | None, update_id: int, version: int = 0) -> None:
        screen = Screen(text, version=version)
        self.board.put(Order(self.bot, self.state, Place(PLAYER), screen, message, update_id=update_id))

    async def close(self) -> None:
        await self.board.close()
        await self.bot.session.close()


@pytest.fixture
def world() -> World:
    made = World(SandboxConfig(flood=FloodModel(enabled=False)))
    bot = made.bot_of(TOKEN)
    people.write(made, people.Place(bot, made.users[PLAYER], made.users[PLAYER]), "/start")
    return made


@pytest.fixture
async def processes(world: World, redis: Redis) -> AsyncIterator[tuple[Process, Process]]:
    storage = MemoryStorage()
    one = Process(world, Paused(redis, BOT, times=QUICK), storage)
    other = Process(world, SharedTurns(redis, BOT, times=QUICK), storage)
    yield one, other
    await one.close()
    await other.close()


async def menu(world: World, process: Process) -> Message:
    """A live menu, as a tap on it would show it."""
    process.put("first", None, 1)
    await process.board.settled(5)
    bot = world.bot_of(TOKEN)
    return Message.model_validate(world.message_view(bot, list(bot.chat(PLAYER).messages.values())[-1]))


def shown(world: World) -> str:
    return list(world.bot_of(TOKEN).chat(PLAYER).messages.values())[-1].text


async def test_fault_51_a_newer_screen_waits_for_a_slow_edit_of_another_process(
    world: World, redis: Redis
) -> None:
    storage = MemoryStorage()
    one, other = (Process(world, SharedTurns(redis, BOT, times=QUICK), storage) for _ in range(2))
    live, slow = await menu(world, one), Slow("older")
    one.bot.session.middleware(slow)

    one.put("older", live, 2, version=5)
    await slow.held.wait()
    other.put("newer", live, 3, version=6)
    with suppress(TimeoutError):
        async with asyncio.timeout(3 * QUICK.lease):
            await other.board._idle.wait()
    assert shown(world) == "first"
    slow.let_go.set()
    await one.board.settled(5)
    await other.board.settled(5)

    assert shown(world) == "newer"
    await one.close()
    await other.close()


async def test_fault_51_an_older_screen_that_comes_later_is_not_drawn(
    world: World, processes: tuple[Process, Process]
) -> None:
    one, other = processes
    live = await menu(world, one)
    one.put("newer", live, 2, version=6)
    await one.board.settled(5)

    other.put("older", live, 3, version=5)
    await other.board.settled(5)

    assert shown(world) == "newer"


async def test_fault_51_what_another_process_has_drawn_since_is_drawn_over(
    world: World, processes: tuple[Process, Process]
) -> None:
    """The tapped message showed this screen, but that was before."""
    one, other = processes
    live = await menu(world, one)
    other.put("elsewhere", live, 2)
    await other.board.settled(5)

    one.put("first", live, 3)
    await one.board.settled(5)

    assert shown(world) == "first"


async def test_fault_51_a_process_that_wakes_up_late_does_not_have_the_last_word(
    world: World, processes: tuple[Process, Process]
) -> None:
    sleeper, other = processes
    live, slow = await menu(world, sleeper), Slow("older")
    sleeper.bot.session.middleware(slow)
    sleeper.put("older", live, 2, version=5)
    await slow.held.wait()
    other.put("newer", live, 3, version=6)
    await other.board.settled(5)
    assert shown(world) == "newer"

    slow.let_go.set()
    await sleeper.board.settled(5)
    assert shown(world) == "older"
    await other.late.round()
    await other.board.settled(5)

    assert shown(world) == "newer"


async def test_fault_51_a_menu_that_moved_is_known_to_all(
    world: World, processes: tuple[Process, Process]
) -> None:
    one, other = processes
    await menu(world, one)
    other.put("moved", None, 2)
    await other.board.settled(5)

    menus = [
        each.text for each in world.bot_of(TOKEN).chat(PLAYER).messages.values() if each.sender_id == BOT
    ]

    assert menus == ["moved"]


class Answered(BaseRequestMiddleware):
    """How many round trips there were when each tap was answered."""

    def __init__(self, counted: RoundTrips) -> None:
        self.counted = counted
        self.trips: list[int] = []
        self.told = asyncio.Event()

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if method.__api_method__ == "answerCallbackQuery":
            self.trips.append(self.counted.trips)
            self.told.set()
        return await make_request(bot, method)


async def trips_before_answers(settings: CoreSettings, turns: LocalTurns | None) -> list[int]:
    world = World(SandboxConfig())
    place = people.Place(world.bot_of(TOKEN), world.users[PLAYER], world.users[PLAYER])
    async with open_process(settings, TOKEN, "", session=InProcessSession(world)) as process:
        if turns:
            process.board.turns = turns
        people.write(world, place, "/start")
        people.write(world, place, "/inventory")
        offset, found = 0, []
        for wish in (None, ScreenName.BACKPACK, ScreenName.MAIN, ScreenName.QUICK_SLOTS):
            if wish:
                last = list(place.bot.chat(PLAYER).messages)[-1]
                people.tap(world, place, last, Open(screen=wish, owner=PLAYER).pack())
            updates: list[Update] = await process.bot(GetUpdates(offset=offset, timeout=0))
            for update in updates:
                offset = update.update_id + 1
                with counting_round_trips() as counted:
                    answered: Any = Answered(counted)
                    process.bot.session.middleware(answered)
                    if update.message:
                        answered.told.set()
                    with patch.object(process.board.turns, "ask", _after(answered.told, process.board)):
                        await process.dispatcher.feed_update(process.bot, update)
                        await process.settled(30)
                    process.bot.session.middleware.unregister(answered)
                    found += answered.trips
    return found


def _after(told: asyncio.Event, board: MenuBoard) -> Callable[[Claim], Awaitable[Turn]]:
    """Drawing goes on beside the answer; here it waits, so that what is counted is the tap's own."""
    ask = board.turns.ask

    async def asked(claim: Claim) -> Turn:
        await told.wait()
        return await ask(claim)

    return asked


async def test_no_round_trip_is_added_before_a_tap_is_answered(
    settings: CoreSettings, database: AsyncEngine, redis: Redis
) -> None:
    alone = await trips_before_answers(settings, LocalTurns())
    shared = await trips_before_answers(settings, None)

    assert len(alone) == 3
    assert shared == alone


async def test_fault_53_after_a_farewell_nothing_of_the_menus_is_left(
    world: World, processes: tuple[Process, Process], redis: Redis
) -> None:
    one, other = processes
    live = await menu(world, one)
    order = Order(one.bot, one.state, Place(PLAYER), Screen("farewell"), live, update_id=2, farewell=True)
    other.put("before", live, 1)
    await other.board.settled(5)
    one.board.put(order)
    await one.board.settled(5)

    assert shown(world) == "farewell"
    assert [name for name in await redis.keys("bot:*") if name != keys.everybody(BOT).encode()] == []
    assert await order.memory.get_data() == {}


async def test_a_farewell_that_had_to_wait_is_the_last_all_the_same(
    world: World, processes: tuple[Process, Process], redis: Redis
) -> None:
    one, other = processes
    live = await menu(world, one)
    order = Order(one.bot, one.state, Place(PLAYER), Screen("farewell"), live, update_id=2, farewell=True)
    await one.board.turns.flooded(PLAYER, 6)
    one.board.put(order)
    await one.board.settled(5)
    assert shown(world) == "first"
    await redis.delete(keys.chat(BOT, PLAYER))  # as if the six seconds were over
    await redis.zadd(keys.parked(BOT), {keys.member(PLAYER, PLAYER): 0})

    await other.late.round()
    await other.board.settled(5)

    assert shown(world) == "farewell"
    assert [name for name in await redis.keys("bot:*") if name != keys.everybody(BOT).encode()] == []


async def test_a_whole_tap_with_its_menu_is_four_round_trips(
    settings: CoreSettings, database: AsyncEngine, redis: Redis
) -> None:
    world = World(SandboxConfig(flood=FloodModel(enabled=False)))
    place = people.Place(world.bot_of(TOKEN), world.users[PLAYER], world.users[PLAYER])
    wishes = (ScreenName.MAIN, ScreenName.BACKPACK, ScreenName.MAIN, ScreenName.BACKPACK)
    found = []
    async with open_process(settings, TOKEN, "", session=InProcessSession(world), everybody=None) as process:
        for text in ("/start", "/inventory"):
            people.write(world, place, text)
        offset = 0
        for wish in (None, *wishes):
            if wish:
                last = list(place.bot.chat(PLAYER).messages)[-1]
                people.tap(world, place, last, Open(screen=wish, owner=PLAYER).pack())
            updates: list[Update] = await process.bot(GetUpdates(offset=offset, timeout=0))
            with counting_round_trips() as counted:
                for update in updates:
                    offset = update.update_id + 1
                    await process.dispatcher.feed_update(process.bot, update)
                    await process.settled(30)
            found.append(counted.trips)

    # The state with its data, the inventory; whose turn it is with what is kept of the menu, and its end.
    assert found[-2:] == [4, 4]
