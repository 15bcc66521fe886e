"""What is said beside the menu comes out of the chat's one budget."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import SendMessage

from bot.courtesies import Courtesies
from bot.menu import Menu
from bot.menu_board import MenuBoard
from bot.pacing import PRIVATE
from bot.views.screen import Notice, Screen
from tests.support.aiogram_bridge import RecordingBot
from tests.support.clocks import ScaledClock

CHAT = 7


async def say(menu: Menu) -> None:
    await menu.say(Notice(f"no {uuid4()}"))


async def tell(menu: Menu) -> None:
    await menu.tell("<b>yes</b>")


@pytest.mark.parametrize("speak", [say, tell])
async def test_whatever_is_sent_beside_the_menu_makes_it_wait(
    speak: Callable[[Menu], Awaitable[None]],
) -> None:
    bot, clock = RecordingBot(), ScaledClock()
    board = MenuBoard(clock)
    courtesies, state = Courtesies(clock), FSMContext(MemoryStorage(), StorageKey(42, CHAT, CHAT))
    menu = Menu(bot, board, courtesies, state, CHAT)
    for _ in range(PRIVATE.burst):
        await speak(menu)
    await courtesies.settled(2)

    await menu.show(Screen("the menu"))
    await asyncio.sleep(0)
    assert clock.sleepers == 1

    clock.advance(1 / PRIVATE.per_second)
    await board.settled(2)
    assert bot.calls(SendMessage)[-1].text == "the menu"
