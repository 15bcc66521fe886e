"""What is said beside the menu holds up neither handlers nor neighbours."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery
from aiohttp import ClientConnectionResetError, ServerDisconnectedError, ServerTimeoutError

from bot.incoming.excess import TurnAway
from bot.menus.board import MenuBoard
from bot.outgoing.courtesies import Courtesies
from bot.views.screen import Notice
from telegram_sandbox.aiogram_bridge import RecordingBot
from tests.bot.conftest import Stage
from tests.support.messenger import message, tap
from tools.support.clocks import ScaledClock


class Slow(BaseRequestMiddleware):
    """Calls of these methods wait until they are let go."""

    def __init__(self, *methods: type) -> None:
        self.methods = methods
        self.let_go = asyncio.Event()

    async def __call__(self, make_request: Any, bot: Any, method: Any) -> Any:
        if isinstance(method, self.methods):
            await self.let_go.wait()
        return await make_request(bot, method)


class Broken(BaseRequestMiddleware):
    """The first call goes wrong for this reason."""

    def __init__(self, cause: Exception | None) -> None:
        self.cause = cause
        self.calls = 0

    async def __call__(self, make_request: Any, bot: Any, method: Any) -> Any:
        self.calls += 1
        if self.calls == 1:
            raise TelegramNetworkError(method, "it went wrong") from self.cause
        return await make_request(bot, method)


@pytest.fixture
def bot() -> RecordingBot:
    return RecordingBot()


@pytest.fixture
async def courtesies() -> AsyncIterator[Courtesies]:
    made = Courtesies(ScaledClock())
    yield made
    await made.close()


def query(user_id: int = 1) -> CallbackQuery:
    made = tap(1, user_id).callback_query
    assert made is not None
    return made


async def test_fault_48_a_slow_answer_holds_up_no_other(bot: RecordingBot, courtesies: Courtesies) -> None:
    slow = Slow(AnswerCallbackQuery)
    bot.session.middleware(slow)
    for number in range(200):
        courtesies.answer(bot, query(number), None)
    slow.let_go.set()
    await courtesies.settled(5)
    assert len(bot.calls(AnswerCallbackQuery)) == 200


async def test_memory_is_bounded_while_nothing_is_taken(bot: RecordingBot, courtesies: Courtesies) -> None:
    slow = Slow(AnswerCallbackQuery)
    bot.session.middleware(slow)
    for number in range(5_000):
        courtesies.answer(bot, query(number), Notice("so"))
    slow.let_go.set()
    await courtesies.settled(20)

    assert len(bot.calls(AnswerCallbackQuery)) == 1_000


@pytest.mark.parametrize(
    ("cause", "times"),
    [(ClientConnectionResetError(), 2), (ServerDisconnectedError(), 2), (ServerTimeoutError(), 1), (None, 1)],
)
async def test_a_connection_that_was_gone_costs_no_answer(
    bot: RecordingBot, courtesies: Courtesies, cause: Exception | None, times: int
) -> None:
    broken = Broken(cause)
    bot.session.middleware(broken)
    courtesies.answer(bot, query(), None)
    await courtesies.settled(5)

    assert broken.calls == times
    assert len(bot.calls(AnswerCallbackQuery)) == times - 1


async def test_what_is_refused_harms_nobody(bot: RecordingBot, courtesies: Courtesies) -> None:
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    bot.add_result_for(AnswerCallbackQuery, ok=False, error_code=400, description=too_old)
    for _ in range(2):
        courtesies.answer(bot, query(), None)
    await courtesies.settled(5)

    assert len(bot.calls(AnswerCallbackQuery)) == 2


async def test_a_word_is_said_again_after_a_while_only() -> None:
    clock = ScaledClock()
    courtesies, chat = Courtesies(clock), (7, 7)
    assert courtesies.is_news(chat, "no")
    assert not courtesies.is_news(chat, "no")
    assert courtesies.is_news(chat, "another word")
    assert courtesies.is_news((7, 8), "no")

    clock.advance(10)
    assert courtesies.is_news(chat, "no")


async def test_who_is_too_fast_is_told_so(stage: Stage, bot: RecordingBot, courtesies: Courtesies) -> None:
    board = MenuBoard(ScaledClock())
    turn_away = TurnAway(bot, stage.uis, courtesies, board)
    for number in range(50):
        turn_away(message(number, 7))
        turn_away(tap(100 + number, 7))
    await courtesies.settled(5)
    await board.settled(5)

    [told], answers = bot.calls(SendMessage), bot.calls(AnswerCallbackQuery)
    assert "Not so fast" in told.text
    assert len(answers) == 50
    assert all(each.show_alert and "Not so fast" in each.text for each in answers)
