"""A small aiogram bot that knows nothing of the sandbox; tests play with it."""

from aiogram import Bot, Dispatcher, F, html
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import (
    BotCommand,
    CallbackQuery,
    CopyTextButton,
    DisabledButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

TOKEN = "123456:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
COMMANDS = [BotCommand(command="start", description="Open the shop")]


class Order(StatesGroup):
    what = State()
    when = State()


def shelf(sold: int) -> InlineKeyboardMarkup:
    rows = [
        [InlineKeyboardButton(text="🧪 Buy", callback_data="buy", style="success")],
        [InlineKeyboardButton(text="🔒 Vault", disabled=DisabledButton())],
        [InlineKeyboardButton(text="Code", copy_text=CopyTextButton(text="POTION"))],
        [InlineKeyboardButton(text=f"Sold {sold}", callback_data="sold", style="primary")],
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def start(message: Message) -> None:
    assert message.from_user
    await message.answer(f"<b>Welcome</b>, {message.from_user.first_name}!", reply_markup=shelf(0))


async def buy(callback: CallbackQuery) -> None:
    assert isinstance(callback.message, Message)
    assert callback.message.reply_markup
    sold = int(callback.message.reply_markup.inline_keyboard[-1][0].text.split()[1]) + 1
    await callback.answer("One potion, here you are")
    await callback.message.edit_text(f"<i>Potions sold:</i> {sold}", reply_markup=shelf(sold))


async def sold(callback: CallbackQuery) -> None:
    await callback.answer("Please come again!", show_alert=True)


async def order(message: Message, state: FSMContext) -> None:
    await state.set_state(Order.what)
    await message.answer("What shall we brew?")


async def order_what(message: Message, state: FSMContext) -> None:
    await state.update_data(what=message.text)
    await state.set_state(Order.when)
    await message.answer("When will you come?")


async def order_when(message: Message, state: FSMContext) -> None:
    what = (await state.get_data())["what"]
    await state.clear()
    await message.answer(f"Ordered: {html.quote(what)}, ready {html.quote(message.text or '')}")


async def echo(message: Message) -> None:
    await message.send_copy(message.chat.id)


def make_bot(url: str) -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    return Bot(TOKEN, session=session, default=DefaultBotProperties(parse_mode="HTML"))


def make_dispatcher() -> Dispatcher:
    dispatcher = Dispatcher()
    dispatcher.message.register(start, CommandStart())
    dispatcher.message.register(order, Command("order"))
    dispatcher.message.register(order_what, Order.what)
    dispatcher.message.register(order_when, Order.when)
    dispatcher.message.register(echo)
    dispatcher.callback_query.register(buy, F.data == "buy")
    dispatcher.callback_query.register(sold, F.data == "sold")
    return dispatcher
