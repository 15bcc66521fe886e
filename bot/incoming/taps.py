"""From a tap to its handler: which handlers may take a button's data is known before anybody taps."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from aiogram import Dispatcher, Router
from aiogram.dispatcher.event.bases import UNHANDLED, NextMiddlewareType
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.dispatcher.event.telegram import TelegramEventObserver
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.types import CallbackQuery, TelegramObject, Update

_Asked = tuple[HandlerObject, NextMiddlewareType[TelegramObject]]
"""A handler, and the same with its middlewares around it."""
_OTHER = ""
_AFTER_PREFIX = ":"


class Taps(TelegramEventObserver):
    """Handlers of taps of all `routers`, in their order; the middlewares are this one's.

    aiogram's own goes from router to router and wraps each handler anew for each tap, and every filter reads
    the button's data. Here a kind of button has its handlers, and handlers their middlewares, once.
    """

    def __init__(self, dispatcher: Dispatcher, routers: Iterable[Router]) -> None:
        super().__init__(dispatcher, "callback_query")
        for router in routers:
            self.handlers += router.callback_query.handlers
            router.callback_query.handlers.clear()
        dispatcher.callback_query = dispatcher.observers[self.event_name] = self

    def wrap_outer_middleware(self, callback: Any, event: TelegramObject, data: dict[str, Any]) -> Any:
        if self.outer_middleware:
            return super().wrap_outer_middleware(callback, event, data)
        return callback(event, **data)

    async def trigger(self, event: TelegramObject, **kwargs: Any) -> Any:
        for handler, call in self._asked(event):
            kwargs["handler"] = handler
            taken, found = await handler.check(event, **kwargs)
            if taken:
                return await call(event, kwargs | found)
        return UNHANDLED

    def _asked(self, event: TelegramObject) -> tuple[_Asked, ...]:
        data = event.data or "" if isinstance(event, CallbackQuery) else ""
        prefix = data.partition(_AFTER_PREFIX)[0]
        return self._by_prefix.get(prefix, self._by_prefix[_OTHER])

    @cached_property
    def _by_prefix(self) -> dict[str, tuple[_Asked, ...]]:
        kinds = {id(each): _kind_of(each) for each in self.handlers}
        around = self._resolve_middlewares()
        asked = [
            (handler, self.middleware.wrap_middlewares(around, handler.call)) for handler in self.handlers
        ]
        return {
            kind: tuple(each for each in asked if kinds[id(each[0])] in (kind, _OTHER))
            for kind in (_OTHER, *kinds.values())
        }


class Updates(TelegramEventObserver):
    """All updates on their way through the dispatcher's own middlewares, which are put around it once.

    From there a tap has one way to go; other updates go aiogram's, from router to router.
    """

    def __init__(self, dispatcher: Dispatcher) -> None:
        super().__init__(dispatcher, "update")
        self._dispatcher = dispatcher
        self.outer_middleware = dispatcher.update.outer_middleware
        [self._listener] = self.handlers = dispatcher.update.handlers
        dispatcher.update = dispatcher.observers[self.event_name] = self

    def wrap_outer_middleware(self, callback: Any, event: TelegramObject, data: dict[str, Any]) -> Any:  # noqa: ARG002 - there is one only
        return self._chain(event, data)

    @cached_property
    def _chain(self) -> NextMiddlewareType[TelegramObject]:
        return self.outer_middleware.wrap_middlewares(self.outer_middleware, self._hand_on)

    async def _hand_on(self, update: TelegramObject, **data: Any) -> Any:
        taps = self._dispatcher.callback_query
        if isinstance(taps, Taps) and isinstance(update, Update) and update.callback_query:
            data["event_update"] = update
            return await taps.wrap_outer_middleware(taps.trigger, update.callback_query, data)
        return await self._listener.callback(update, **data)


def _kind_of(handler: HandlerObject) -> str:
    """The prefix of the only buttons that it takes; empty where its filters do not say."""
    found = [each.callback for each in handler.filters or ()]
    return next((_prefix(each) for each in found if isinstance(each, CallbackQueryFilter)), _OTHER)


def _prefix(tapped: CallbackQueryFilter) -> str:
    return tapped.callback_data.__prefix__
