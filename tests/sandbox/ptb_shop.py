"""The same shop on python-telegram-bot, which shares no code with the sandbox."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from .shop_bot import TOKEN, shelf

SECRET = "another-s3cret"

Shop = Application[Any, Any, Any, Any, Any, Any]


def own_shelf(sold: int) -> InlineKeyboardMarkup:
    """The shelf in this library's types; what it does not know yet travels as extra fields."""
    rows = json.loads(shelf(sold).model_dump_json(exclude_none=True))["inline_keyboard"]
    return InlineKeyboardMarkup([[own_button(button) for button in row] for row in rows])


def own_button(button: dict[str, Any]) -> InlineKeyboardButton:
    extra: dict[str, Any] = {
        name: button[name] for name in ("style", "disabled", "copy_text") if name in button
    }
    return InlineKeyboardButton(button["text"], callback_data=button.get("callback_data"), api_kwargs=extra)


async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_user
    assert update.effective_message
    text = f"<b>Welcome</b>, {update.effective_user.first_name}!"
    await update.effective_message.reply_text(text, parse_mode=ParseMode.HTML, reply_markup=own_shelf(0))


async def buy(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query
    assert isinstance(query.message, Message)
    assert query.message.reply_markup
    sold = int(query.message.reply_markup.inline_keyboard[-1][0].text.split()[1]) + 1
    await query.answer("One potion, here you are")
    text = f"<i>Potions sold:</i> {sold}"
    await query.edit_message_text(text, parse_mode=ParseMode.HTML, reply_markup=own_shelf(sold))


async def sold(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query
    await update.callback_query.answer("Please come again!", show_alert=True)


def make_shop(url: str) -> Shop:
    shop = Application.builder().token(TOKEN).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot").build()
    shop.add_handler(CommandHandler("start", start))
    shop.add_handler(CallbackQueryHandler(buy, pattern="^buy$"))
    shop.add_handler(CallbackQueryHandler(sold, pattern="^sold$"))
    return shop


@asynccontextmanager
async def ptb_polling(url: str) -> AsyncIterator[None]:
    async with make_shop(url) as shop:
        await shop.start()
        assert shop.updater
        await shop.updater.start_polling(allowed_updates=Update.ALL_TYPES, timeout=1)
        try:
            yield
        finally:
            await shop.updater.stop()
            await shop.stop()


@asynccontextmanager
async def ptb_webhook(url: str) -> AsyncIterator[None]:
    async with make_shop(url) as shop, webhook_of(shop) as hook:
        await shop.start()
        await shop.bot.set_webhook(hook, secret_token=SECRET)
        try:
            yield
        finally:
            await shop.stop()


@asynccontextmanager
async def webhook_of(shop: Shop) -> AsyncIterator[str]:
    async def receive(request: web.Request) -> web.Response:
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == SECRET
        bot: Bot = shop.bot
        await shop.update_queue.put(Update.de_json(await request.json(), bot))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()
