"""Where the time of a tap goes, outside of what draws screens."""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import GetUpdates, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import TelegramObject

from bot.stopwatch import Stopwatch

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


def time_taps(dispatcher: Dispatcher, bot: Bot, stopwatch: Stopwatch) -> None:
    """Measure `parse`, from an update's arrival to its handler, and `telegram`, each request."""
    parse = _Parse(stopwatch)
    for observer in (dispatcher.update, dispatcher.callback_query):
        observer.outer_middleware(parse.begin)
    for observer in (dispatcher.callback_query, *(router.message for router in dispatcher.sub_routers)):
        observer.middleware(parse.end)
    bot.session.middleware(_Requests(stopwatch))


@dataclass(frozen=True, slots=True)
class _Parse:
    stopwatch: Stopwatch

    async def begin(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        with ExitStack() as parsing:
            parsing.enter_context(self.stopwatch("parse"))
            return await handler(event, {**data, "parsing": parsing})

    async def end(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        data["parsing"].close()
        return await handler(event, data)


class _Requests(BaseRequestMiddleware):
    """But for long polling, which mostly waits."""

    def __init__(self, stopwatch: Stopwatch) -> None:
        self._stopwatch = stopwatch

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if method.__api_method__ == GetUpdates.__api_method__:
            return await make_request(bot, method)
        with self._stopwatch("telegram"):
            return await make_request(bot, method)
