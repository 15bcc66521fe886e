"""From a tap to its handler: which handlers may take a button's data is known before anybody taps."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias, cast

from aiogram import Bot, Dispatcher, Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.event.handler import FilterObject, HandlerObject
from aiogram.dispatcher.event.telegram import TelegramEventObserver
from aiogram.dispatcher.middlewares.error import ErrorsMiddleware
from aiogram.filters.callback_data import CallbackData, CallbackQueryFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StorageKey
from aiogram.types import CallbackQuery, Message, TelegramObject, Update

Data: TypeAlias = dict[str, Any]
_OTHER = ""
_AFTER_PREFIX = ":"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A handler, what its filters want, and what it is called by: with its middlewares around it.

    `kind`: the only buttons that it takes, and `rule` what they must say; None where its filters do not tell.
    """

    handler: HandlerObject
    call: Callable[[TelegramObject, Data], Awaitable[Any]]
    kind: type[CallbackData] | None
    rule: Any
    others: tuple[FilterObject, ...]

    async def takes(self, event: TelegramObject, data: Data) -> bool:
        """Whether its other filters let the tap through; what they find is in the data then."""
        for each in self.others:
            found = await each.call(event, **data)
            if not found:
                return False
            if isinstance(found, dict):
                data |= found
        return True


class Taps(TelegramEventObserver):
    """Handlers of taps of all `routers`, in their order; the middlewares are this one's.

    aiogram's own goes from router to router and wraps each handler anew for each tap, and every filter reads
    the button's data. Here a kind of button has its handlers, and handlers their middlewares, once; what a
    button says is read once a tap.
    """

    def __init__(self, dispatcher: Dispatcher, routers: Iterable[Router]) -> None:
        super().__init__(dispatcher, "callback_query")
        for router in routers:
            self.handlers += router.callback_query.handlers
            router.callback_query.handlers.clear()
        dispatcher.callback_query = dispatcher.observers[self.event_name] = self

    async def take(self, query: CallbackQuery, data: Data) -> Any:
        """Through the outer middlewares to the first handler that wants it."""
        return await self._outermost(query, data)

    @cached_property
    def _outermost(self) -> Callable[[TelegramObject, Data], Awaitable[Any]]:
        return self.outer_middleware.wrap_middlewares(self.outer_middleware, self.trigger)

    async def trigger(self, event: TelegramObject, **kwargs: Any) -> Any:
        said = event.data or "" if isinstance(event, CallbackQuery) else ""
        prefix = said.partition(_AFTER_PREFIX)[0]
        read: dict[type[CallbackData], CallbackData | None] = {}
        for asked in self._by_prefix.get(prefix, self._by_prefix[_OTHER]):
            mine = {**kwargs, "handler": asked.handler}
            if asked.kind is not None:
                if asked.kind not in read:
                    read[asked.kind] = _unpacked(asked.kind, said)
                button = read[asked.kind]
                if button is None or (asked.rule is not None and not asked.rule.resolve(button)):
                    continue
                mine["callback_data"] = button
            if await asked.takes(event, mine):
                return await asked.call(event, mine)
        return UNHANDLED

    @cached_property
    def _by_prefix(self) -> dict[str, tuple[_Asked, ...]]:
        asked = [self._asked(each) for each in self.handlers]
        return {
            prefix: tuple(each for each in asked if _prefix(each) in (prefix, _OTHER))
            for prefix in (_OTHER, *map(_prefix, asked))
        }

    def _asked(self, handler: HandlerObject) -> _Asked:
        call = self.middleware.wrap_middlewares(self._resolve_middlewares(), handler.call)
        filters = handler.filters or []
        mine = next((each for each in filters if isinstance(each.callback, CallbackQueryFilter)), None)
        others = tuple(each for each in filters if each is not mine)
        if mine is None:
            return _Asked(handler, call, None, None, others)
        tapped = cast("CallbackQueryFilter", mine.callback)
        return _Asked(handler, call, tapped.callback_data, tapped.rule, others)


class TapDispatcher(Dispatcher):
    """aiogram's, but for taps, which have one way to go: past no router, through no middleware but theirs.

    They find what handlers are given as ever: the state, read once the player's turn has come, and what was
    put into the dispatcher. What a handler lets out goes to whoever listens to failures.
    """

    async def feed_update(self, bot: Bot, update: Update, **kwargs: Any) -> Any:
        if update.callback_query is None or not isinstance(self.callback_query, Taps):
            return await super().feed_update(bot, update, **kwargs)
        data = {**self.workflow_data, **kwargs, "bot": bot, "event_update": update}
        return await self._failing(self._tap, update, data)

    async def _tap(self, update: TelegramObject, data: Data) -> Any:
        query = cast("CallbackQuery", cast("Update", update).callback_query)
        key = _key(data["bot"], query)
        async with self.fsm.events_isolation.lock(key):
            data["state"] = state = FSMContext(self.fsm.storage, key)
            data["raw_state"] = await state.get_state()
            return await cast("Taps", self.callback_query).take(query, data)

    @cached_property
    def _failing(self) -> ErrorsMiddleware:
        return ErrorsMiddleware(self)


def _key(bot: Bot, query: CallbackQuery) -> StorageKey:
    """Of the user in the chat, as aiogram has it by default."""
    message, user_id = query.message, query.from_user.id
    chat_id = message.chat.id if message else user_id
    business = message.business_connection_id if isinstance(message, Message) else None
    return StorageKey(bot.id, chat_id, user_id, business_connection_id=business)


def _unpacked(kind: type[CallbackData], said: str) -> CallbackData | None:
    try:
        return kind.unpack(said)
    except (TypeError, ValueError):
        return None


def _prefix(asked: _Asked) -> str:
    return _OTHER if asked.kind is None else asked.kind.__prefix__
