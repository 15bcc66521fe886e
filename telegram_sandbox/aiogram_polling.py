"""Leads a bot that is made with aiogram to the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

TOKEN = "1000:a-token-that-no-bot-has-at-Telegram"  # noqa: S105 - any is good
"""Which token it is tells bots apart."""


@asynccontextmanager
async def polled(
    dispatcher: Dispatcher, url: str, *, token: str = TOKEN, **attributes: Any
) -> AsyncIterator[Bot]:
    """A bot that serves the sandbox at `url` for as long as the block runs; `attributes` are the bot's."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    async with Bot(token, session=session, **attributes) as bot:
        polling = asyncio.create_task(
            dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False)
        )
        try:
            yield bot
        finally:
            # Cancelled alone, it would leave behind the task that asks for updates.
            with suppress(RuntimeError):  # it has not begun, or has ended by itself
                await dispatcher.stop_polling()
            polling.cancel()
            with suppress(asyncio.CancelledError):
                await polling
