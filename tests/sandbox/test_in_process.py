"""The Bot API in the same process refuses and answers as the one behind HTTP does."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramRetryAfter
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, Message

from telegram_sandbox.chats import people
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.in_process import InProcessSession
from telegram_sandbox.trouble.faults import Fault
from telegram_sandbox.world.world import World

TOKEN = "1000:in-process-in-process-in-process-in"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000")


@pytest.fixture
def world() -> World:
    return World(SandboxConfig())


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, session=InProcessSession(world)) as made:
        alice = world.users[1]
        people.write(world, people.Place(world.bot_of(TOKEN), alice, alice), "hello")
        yield made


def keyboard(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Tap", callback_data=data)]])


async def test_a_message_is_sent_edited_and_tapped(world: World, bot: Bot) -> None:
    sent = await bot.send_message(1, "<b>one</b>", parse_mode="HTML", reply_markup=keyboard("x"))
    edited = await bot.edit_message_text("two", chat_id=1, message_id=sent.message_id)

    assert sent.html_text == "<b>one</b>"
    assert isinstance(edited, Message)
    assert edited.text == "two"
    tap = people.tap(
        world, people.Place(world.bot_of(TOKEN), world.users[1], world.users[1]), sent.message_id, "x"
    )
    updates = await bot.get_updates(timeout=0)
    query = updates[-1].callback_query
    assert query is not None
    assert query.data == "x"
    await bot.answer_callback_query(query.id, text="done")
    assert tap.answer.result().text == "done"


async def test_a_photo_arrives_whole(bot: Bot) -> None:
    sent = await bot.send_photo(1, BufferedInputFile(PNG, "dot.png"))

    assert sent.photo is not None
    assert (sent.photo[-1].width, sent.photo[-1].file_size) == (1, len(PNG))


async def test_what_telegram_refuses_is_refused(world: World, bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await bot.send_message(1, "x", reply_markup=keyboard("x" * 65))
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(77, "x")
    assert world.calls.since(0)[-1].status == 400


async def test_floods_and_planned_faults_are_felt(world: World, bot: Bot) -> None:
    world.faults.add(Fault("sendMessage", "drop"))
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(1, "x")
    for _ in range(20):
        await bot.send_message(1, "x")
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(1, "x")


async def test_a_closed_session_carries_nothing(bot: Bot) -> None:
    await bot.session.close()
    with pytest.raises(TelegramNetworkError):
        await bot.get_me()
