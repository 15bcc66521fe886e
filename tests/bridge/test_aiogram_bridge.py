import importlib

import pytest
from aiogram import Bot, F, types
from aiogram.client.default import DefaultBotProperties
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiogram.filters import CommandStart
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

bridge = importlib.import_module("telegram_sandbox.aiogram_bridge")
aiogram_tests = importlib.import_module("aiogram_tests")
handlers = importlib.import_module("aiogram_tests.handler")
dataset = importlib.import_module("aiogram_tests.types.dataset")


class Use(CallbackData, prefix="use"):
    slot: int


class Bag(StatesGroup):
    open = State()


async def use(callback: types.CallbackQuery, callback_data: Use, state: FSMContext) -> None:
    count = (await state.get_data()).get("count", 0) + 1
    await state.update_data(count=count)
    button = InlineKeyboardButton(text="again", style="success", callback_data=Use(slot=1).pack())
    assert isinstance(callback.message, types.Message)
    edited = await callback.message.edit_text(
        f"slot {callback_data.slot}, time {count}",
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
    )
    assert isinstance(edited, types.Message)
    assert edited.text == f"slot {callback_data.slot}, time {count}"
    assert edited.reply_markup
    assert edited.reply_markup.inline_keyboard[0][0].style == "success"
    await callback.answer("done")


def tapped(data: str) -> types.CallbackQuery:
    query: types.CallbackQuery = dataset.CALLBACK_QUERY.as_object(data=data)
    return query


async def test_a_tap_runs_the_handler_with_its_state_and_records_typed_calls() -> None:
    handler = handlers.CallbackQueryHandler(use, Use.filter(), state=Bag.open, state_data={"count": 4})
    calls = await aiogram_tests.MockedBot(handler).query(tapped("use:7"))
    assert calls.edit_message_text.fetchone().text == "slot 7, time 5"
    assert calls.answer_callback_query.fetchone().text == "done"
    (edit,) = handler.bot.calls(EditMessageText)
    assert (edit.message_id, edit.chat_id) == (11223, 12345678)
    assert [type(call) for call in handler.bot.session.methods] == [EditMessageText, AnswerCallbackQuery]
    state = handler.dp.fsm.get_context(handler.bot, 12345678, 12345678)
    assert await state.get_data() == {"count": 5}


async def test_messages_get_real_results_with_numbers_of_their_own() -> None:
    async def start(message: types.Message) -> None:
        first = await message.answer("one")
        second = await message.answer("two")
        assert second.message_id == first.message_id + 1
        await second.edit_text("three")

    calls = await aiogram_tests.MockedBot(handlers.MessageHandler(start, CommandStart())).query(
        dataset.MESSAGE.as_object(text="/start")
    )
    assert [sent.text for sent in calls.send_message.fetchall()] == ["one", "two"]
    assert calls.edit_message_text.fetchone().text == "three"


async def test_a_filter_that_does_not_match_leaves_no_calls() -> None:
    handler = handlers.CallbackQueryHandler(use, Use.filter(F.slot == 1))
    await aiogram_tests.MockedBot(handler).query(tapped("use:2"))
    assert not handler.bot.session.methods


async def test_scripted_answers_come_first_in_first_out_and_then_end() -> None:
    bot = bridge.RecordingBot()
    bot.add_result_for(SendMessage, ok=False, error_code=400, description="Bad Request: chat not found")
    bot.add_result_for(
        SendMessage, ok=False, error_code=429, description="Too Many Requests: retry after 7", retry_after=7
    )
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(1, "a")
    with pytest.raises(TelegramRetryAfter) as flood:
        await bot.send_message(1, "b")
    assert flood.value.retry_after == 7
    assert (await bot.send_message(1, "c")).text == "c"
    assert [call.text for call in bot.calls(SendMessage)] == ["a", "b", "c"]


async def test_a_scripted_result_is_given_back_typed() -> None:
    bot = bridge.RecordingBot()
    bot.add_result_for(SendMessage, ok=True, result=dataset.MESSAGE.as_object(text="scripted"))
    assert (await bot.send_message(1, "real")).text == "scripted"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "message text is empty"),
        ("x" * 4097, "message is too long"),
        ("<b>x", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ],
)
async def test_refuses_text_that_telegram_refuses(text: str, reason: str) -> None:
    bot = bridge.RecordingBot(default=DefaultBotProperties(parse_mode="HTML"))
    with pytest.raises(TelegramBadRequest) as refusal:
        await bot.send_message(1, text)
    assert refusal.value.message == f"Bad Request: {reason}"


async def test_refuses_long_callback_data_and_long_answers() -> None:
    bot = bridge.RecordingBot()
    button = InlineKeyboardButton(text="x", callback_data="я" * 33)
    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await bot.send_message(1, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query("1", "x" * 201)


async def test_refuses_what_the_method_does_not_know() -> None:
    bot = bridge.RecordingBot()
    with pytest.raises(TelegramBadRequest, match='unknown parameter "silent" of sendMessage'):
        await bot(SendMessage(chat_id=1, text="x", silent=True))


async def test_entities_reach_the_result_and_the_explicit_mode_wins_over_the_default() -> None:
    bot = bridge.RecordingBot(default=DefaultBotProperties(parse_mode="HTML"))
    parsed = await bot.send_message(1, "<b>x</b>")
    assert (parsed.text, parsed.entities[0].type) == ("x", "bold")
    assert (await bot.send_message(1, "<b>x</b>", parse_mode=None)).text == "<b>x</b>"


async def test_photos_keep_their_caption_and_the_bot_knows_itself() -> None:
    bot = bridge.RecordingBot()
    assert (await bot.send_photo(-5, "file", caption="c")).caption == "c"
    assert (await bot.get_me()).username == "bot"
    assert [chunk async for chunk in bot.session.stream_content("url")] == [b""]
    await bot.session.close()


async def test_a_handlers_type_error_is_masked_by_the_library() -> None:
    async def broken(_: types.CallbackQuery, bot: Bot) -> None:
        raise TypeError(bot.id)

    with pytest.raises(AttributeError, match="incorrect argument name"):
        await aiogram_tests.MockedBot(handlers.CallbackQueryHandler(broken)).query(tapped("x"))


def test_the_library_names_its_requests() -> None:
    assert aiogram_tests.RequestType.get_from_lowercase("send_message") == "SEND_MESSAGE"
