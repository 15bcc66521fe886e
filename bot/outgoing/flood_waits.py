"""Telegram says how long a chat must be left alone; so long nothing is sent to it, and nobody sleeps."""

import asyncio
import math
from collections.abc import Awaitable, Callable

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import (
    DeleteMyCommands,
    DeleteWebhook,
    GetUpdates,
    Response,
    SetMyCommands,
    SetWebhook,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType

from bot.turns.contracts import Turns

log = structlog.get_logger(__name__)

_ATTEMPTS = 3
_LONGEST_WAIT = 60
# What no handler calls, and nobody else would ask for again.
_PATIENT = (GetUpdates, SetWebhook, DeleteWebhook, SetMyCommands, DeleteMyCommands)


class FloodWaits(BaseRequestMiddleware):
    """Remembers the wait that a 429 names for its chat, where all processes see it.

    Until it is over, calls to that chat raise TelegramRetryAfter and do not go out. Calls at the start of a
    process and for updates are made again after their time; all others, like an answer to a tap, are not.
    """

    def __init__(self, turns: Turns, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self._turns = turns
        self._sleep = sleep

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        chat_id = getattr(method, "chat_id", None)
        if isinstance(chat_id, int):
            return await self._to_chat(make_request, bot, method, chat_id)
        for _ in range(_ATTEMPTS - 1):
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                if error.retry_after > _LONGEST_WAIT or not isinstance(method, _PATIENT):
                    raise
                log.info("flood wait", method=method.__api_method__, seconds=error.retry_after)
                await self._sleep(error.retry_after)
        return await make_request(bot, method)

    async def _to_chat(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
        chat_id: int,
    ) -> Response[TelegramType]:
        if wait := self._turns.wait_of(chat_id):
            raise TelegramRetryAfter(method, "the chat is left alone", math.ceil(wait))
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as error:
            log.info("flood wait", method=method.__api_method__, chat_id=chat_id, seconds=error.retry_after)
            await self._turns.flooded(chat_id, error.retry_after)
            raise
