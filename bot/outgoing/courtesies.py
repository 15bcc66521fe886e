"""Answers to taps, and questions that are taken back. No handler waits for the messenger to take one.

What a handler has done stands, whether or not the messenger takes the word about it now; so neither the
update nor the player's next tap is held until it does.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
)
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Message
from aiohttp import ClientConnectionError

from bot.lanes import Lanes
from bot.lately import Lately
from bot.outgoing.pacing import LoopClock, SteadyClock
from bot.unchecked import made
from bot.views.screen import Notice, shorten

log = structlog.get_logger(__name__)

_Addressee = tuple[int, int]
"""A chat, and a user in it."""
_LATE = "query is too old"
_AT_ONCE = 64
_ANSWERS_OF_ONE = 8
_MOST = 1_000  # on their way and waiting; more would only come too late
_ANSWER_WITHIN = 15  # seconds; nobody looks at a button for longer
_SAID_AGAIN_AFTER = 3.0
_LONGEST = 200  # letters: a longer answer is refused, and the button spins on


class Courtesies:
    """On their way to the messenger: many at once, few of one player."""

    def __init__(self, clock: SteadyClock | None = None) -> None:
        self._clock = clock or LoopClock()
        self._answers = Lanes(_AT_ONCE, _ANSWERS_OF_ONE)
        self._said: Lately[float] = Lately()

    def answer(self, bot: Bot, query: CallbackQuery, notice: Notice | None) -> None:
        """Stop a button's spinner. A query that is too old is nobody's fault."""
        text, alert = (shorten(notice.text, _LONGEST), notice.alert) if notice else (None, None)

        async def send() -> None:
            answer = made(AnswerCallbackQuery, callback_query_id=query.id, text=text, show_alert=alert)
            await _tried(partial(bot, answer, request_timeout=_ANSWER_WITHIN), query.from_user.id)

        if len(self._answers) < _MOST:
            self._answers.put(query.from_user.id, send)
        else:
            log.warning("too many taps to answer, left unanswered", user_id=query.from_user.id)

    def take_back(self, bot: Bot, message: Message) -> None:
        """Delete a message of the bot's own. One that is gone already, or may not go, is nobody's fault."""

        async def send() -> None:
            with suppress(TelegramAPIError, ClientDecodeError):
                await bot.delete_message(message.chat.id, message.message_id)

        if len(self._answers) < _MOST:
            self._answers.put(message.chat.id, send)

    def is_news(self, to: _Addressee, text: str) -> bool:
        """Whether they were not told the same a moment ago: who repeats himself is not answered again."""
        now = self._clock.now()
        until = self._said.get((to, text))
        if until is not None and now < until:
            return False
        self._said.set((to, text), now + _SAID_AGAIN_AFTER)
        return True

    async def settled(self, within: float) -> None:
        """Wait until all is said, but not for ever."""
        await self._answers.settled(within)
        if left := len(self._answers):
            log.warning("left unsaid", count=left)

    async def close(self) -> None:
        await self._answers.close()


async def _tried(call: Callable[[], Awaitable[object]], user_id: int) -> None:
    try:
        await _heard(call)
    except (TelegramAPIError, ClientDecodeError) as error:
        if not (isinstance(error, TelegramBadRequest) and _LATE in error.message.lower()):
            log.warning("tap not answered", user_id=user_id, error=str(error))


async def _heard(call: Callable[[], Awaitable[object]]) -> None:
    """Once more on another connection, where the one that was kept is gone: an answer may come twice."""
    try:
        await call()
    except TelegramNetworkError as error:
        gone = isinstance(error.__cause__, ClientConnectionError)
        if not gone or isinstance(error.__cause__, TimeoutError):
            raise
        await call()
