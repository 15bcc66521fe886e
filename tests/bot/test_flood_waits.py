import pytest
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery, SendMessage

from bot.flood_waits import FloodWaits
from tests.support.aiogram_bridge import RecordingBot


class Waits:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def bot(waits: Waits) -> RecordingBot:
    made = RecordingBot()
    made.session.middleware(FloodWaits(waits))
    return made


def flooded(bot: RecordingBot, times: int, seconds: int, method: type = SendMessage) -> None:
    for _ in range(times):
        bot.add_result_for(
            method, ok=False, error_code=429, description="Too Many Requests", retry_after=seconds
        )


async def test_a_flood_wait_is_waited_and_the_call_repeated(bot: RecordingBot, waits: Waits) -> None:
    flooded(bot, 2, 7)

    await bot.send_message(1, "hello")

    assert waits.seconds == [7, 7]
    assert len(bot.calls(SendMessage)) == 3


async def test_patience_ends(bot: RecordingBot, waits: Waits) -> None:
    flooded(bot, 3, 1)

    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(1, "hello")

    assert len(bot.calls(SendMessage)) == 3


async def test_a_wait_longer_than_anybody_stays_is_not_waited(bot: RecordingBot, waits: Waits) -> None:
    flooded(bot, 1, 3600)

    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(1, "hello")

    assert waits.seconds == []


async def test_an_answer_to_a_tap_is_not_held_back(bot: RecordingBot, waits: Waits) -> None:
    flooded(bot, 1, 5, AnswerCallbackQuery)

    with pytest.raises(TelegramRetryAfter):
        await bot.answer_callback_query("1")

    assert waits.seconds == []
