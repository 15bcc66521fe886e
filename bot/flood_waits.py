"""Telegram says how long to wait when a chat has had too much; so long we wait."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery, Response, TelegramMethod
from aiogram.methods.base import TelegramType

log = structlog.get_logger(__name__)

_ATTEMPTS = 3
_LONGEST_WAIT = 60


class FloodWaits(BaseRequestMiddleware):
    """Asks again after the time that a 429 names, but for an answer to a tap: it would come too late."""

    def __init__(self, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self._sleep = sleep

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        for _ in range(_ATTEMPTS - 1):
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                if error.retry_after > _LONGEST_WAIT or isinstance(method, AnswerCallbackQuery):
                    raise
                log.info("flood wait", method=method.__api_method__, seconds=error.retry_after)
                await self._sleep(error.retry_after)
        return await make_request(bot, method)
