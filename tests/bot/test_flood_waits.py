"""What a 429 means for its chat, for other chats, and for calls that belong to no chat."""

from typing import Any

import pytest
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageText,
    GetMe,
    GetUpdates,
    SendMessage,
    SetMyCommands,
    TelegramMethod,
)

from bot.outgoing.flood_waits import FloodWaits
from bot.turns.local import LocalTurns
from telegram_sandbox.aiogram_bridge import RecordingBot
from tools.support.clocks import ScaledClock

TO_THE_CHAT: list[TelegramMethod[Any]] = [
    SendMessage(chat_id=1, text="x"),
    EditMessageText(chat_id=1, message_id=5, text="x"),
    DeleteMessage(chat_id=1, message_id=5),
]


class Waits:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def clock() -> ScaledClock:
    return ScaledClock()


@pytest.fixture
def bot(waits: Waits, clock: ScaledClock) -> RecordingBot:
    made = RecordingBot()
    made.session.middleware(FloodWaits(LocalTurns(clock), waits))
    return made


def flooded(bot: RecordingBot, seconds: int, method: type = SendMessage, times: int = 1) -> None:
    for _ in range(times):
        bot.add_result_for(
            method, ok=False, error_code=429, description="Too Many Requests", retry_after=seconds
        )


@pytest.mark.parametrize("method", TO_THE_CHAT, ids=lambda method: method.__api_method__)
@pytest.mark.parametrize("seconds", [1, 60, 300, 3600])
async def test_fault_50_a_chat_is_left_alone_as_long_as_told_and_nobody_sleeps(
    bot: RecordingBot, waits: Waits, clock: ScaledClock, method: TelegramMethod[Any], seconds: int
) -> None:
    flooded(bot, seconds, type(method))
    with pytest.raises(TelegramRetryAfter):
        await bot(method)
    clock.advance(seconds - 0.5)

    for each in TO_THE_CHAT:
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot(each)
        assert caught.value.retry_after == 1

    assert len(bot.session.methods) == 1
    assert waits.seconds == []
    clock.advance(0.5)
    await bot(method)


async def test_fault_50_other_chats_and_answers_to_taps_go_on(bot: RecordingBot) -> None:
    flooded(bot, 3600)
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(1, "hello")

    await bot.send_message(2, "hello")
    await bot.answer_callback_query("1")

    assert len(bot.calls(SendMessage)) == 2


@pytest.mark.parametrize("method", [AnswerCallbackQuery, GetMe])
async def test_what_a_handler_may_call_is_not_held_back(
    bot: RecordingBot, waits: Waits, method: type
) -> None:
    flooded(bot, 5, method)

    with pytest.raises(TelegramRetryAfter):
        await bot(method(callback_query_id="1") if method is AnswerCallbackQuery else method())

    assert waits.seconds == []


@pytest.mark.parametrize("method", [GetUpdates(), SetMyCommands(commands=[])])
async def test_what_nobody_else_would_ask_for_again_is_asked_again(
    bot: RecordingBot, waits: Waits, method: TelegramMethod[Any]
) -> None:
    bot.add_result_for(GetUpdates, ok=False, error_code=429, description="Too Many", retry_after=7)
    bot.add_result_for(GetUpdates, ok=True, result=[])
    flooded(bot, 7, SetMyCommands)

    await bot(method)

    assert waits.seconds == [7]


@pytest.mark.parametrize(("seconds", "times", "waited"), [(7, 3, [7, 7]), (3600, 1, [])])
async def test_patience_ends(
    bot: RecordingBot, waits: Waits, seconds: int, times: int, waited: list[int]
) -> None:
    flooded(bot, seconds, SetMyCommands, times)

    with pytest.raises(TelegramRetryAfter):
        await bot.set_my_commands([])

    assert waits.seconds == waited
