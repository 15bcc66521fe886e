"""What is said beside the menu comes out of the chat's one budget, in order, and in nobody's time."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, User

from bot.menus.board import MenuBoard
from bot.menus.menu import Menu
from bot.outgoing.courtesies import Courtesies
from bot.outgoing.pacing import PRIVATE
from bot.outgoing.side_messages import Said
from bot.places import Place
from bot.turns.contracts import Claim, Turn
from bot.turns.local import LocalTurns
from bot.views.screen import Notice, Screen
from telegram_sandbox.aiogram_bridge import RecordingBot
from tools.support.clocks import ScaledClock
from tools.support.patience import PATIENCE

CHAT = 7


async def say(menu: Menu) -> None:
    await menu.say(Notice(f"no {uuid4()}"))


async def tell(menu: Menu) -> None:
    menu.tell("<b>yes</b>")


@pytest.fixture
def bot() -> RecordingBot:
    return RecordingBot()


@pytest.fixture
def clock() -> ScaledClock:
    return ScaledClock()


@pytest.fixture
def board(clock: ScaledClock) -> MenuBoard:
    return MenuBoard(clock)


@pytest.fixture
def menu(bot: RecordingBot, board: MenuBoard, clock: ScaledClock) -> Menu:
    state = FSMContext(MemoryStorage(), StorageKey(42, CHAT, CHAT))
    return Menu(bot, board, Courtesies(clock), state, Place(CHAT))


@pytest.mark.parametrize("speak", [say, tell])
async def test_whatever_is_sent_beside_the_menu_makes_it_wait(
    bot: RecordingBot, clock: ScaledClock, menu: Menu, speak: Callable[[Menu], Awaitable[None]]
) -> None:
    for _ in range(PRIVATE.burst):
        await speak(menu)
    await menu.board.settled(2)

    await menu.show(Screen("the menu"))
    await clock.slept_on()

    clock.advance(1 / PRIVATE.per_second)
    await menu.board.settled(2)
    assert bot.calls(SendMessage)[-1].text == "the menu"


async def test_what_is_said_comes_in_its_order_when_its_turn_has_come(
    bot: RecordingBot, clock: ScaledClock, menu: Menu
) -> None:
    for number in range(PRIVATE.burst + 2):
        menu.tell(str(number))
    await clock.slept_on()
    assert len(bot.calls(SendMessage)) == PRIVATE.burst

    for _ in range(2):
        clock.advance(1.2)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await menu.board.settled(2)

    assert [sent.text for sent in bot.calls(SendMessage)] == list(map(str, range(PRIVATE.burst + 2)))


@pytest.mark.parametrize(("seconds", "told"), [(1, 2), (60, 2), (61, 1), (3600, 1)])
async def test_fault_50_what_is_said_waits_for_a_chat_but_not_for_ever(
    bot: RecordingBot, clock: ScaledClock, menu: Menu, seconds: int, told: int
) -> None:
    bot.add_result_for(SendMessage, ok=False, error_code=429, description="Too Many", retry_after=seconds)
    menu.tell("hello")
    if told > 1:
        await clock.slept_on()
    clock.advance(seconds)
    await menu.board.settled(2)

    assert len(bot.calls(SendMessage)) == told


async def test_too_much_at_once_is_not_said(bot: RecordingBot, clock: ScaledClock, menu: Menu) -> None:
    for number in range(100):
        menu.tell(str(number))
    for _ in range(10):
        clock.advance(60)
        await asyncio.sleep(0.001)
    await menu.board.settled(2)

    assert [sent.text for sent in bot.calls(SendMessage)] == list(map(str, range(20)))


async def test_what_cannot_be_said_in_one_place_is_said_in_the_other(
    bot: RecordingBot, board: MenuBoard
) -> None:
    blocked = "Forbidden: bot can't initiate conversation with a user"
    for _ in range(2):
        bot.add_result_for(SendMessage, ok=False, error_code=403, description=blocked)
    board.tell(bot, Place(CHAT), Said("come", elsewhere=(Place(-5, topic=3), Said("come there"))))
    await board.settled(2)

    sent = [(each.chat_id, each.message_thread_id, each.text) for each in bot.calls(SendMessage)]
    assert sent == [(CHAT, None, "come"), (-5, 3, "come there")]


class Stuck(LocalTurns):
    """Whoever asks gets no answer."""

    async def ask(self, claim: Claim) -> Turn:  # noqa: ARG002 - the port's
        await asyncio.Event().wait()
        raise AssertionError


async def test_no_tap_waits_for_its_screen_s_turn(bot: RecordingBot) -> None:
    board = MenuBoard(turns=Stuck())
    query = CallbackQuery(id="1", from_user=User(id=CHAT, is_bot=False, first_name="x"), chat_instance="1")
    courtesies, state = Courtesies(), FSMContext(MemoryStorage(), StorageKey(42, CHAT, CHAT))
    menu = Menu(bot, board, courtesies, state, Place(CHAT), query)

    async with asyncio.timeout(PATIENCE):
        await menu.show(Screen("x"))
        await courtesies.settled(5)

    assert len(bot.calls(AnswerCallbackQuery)) == 1
    await board.close()
