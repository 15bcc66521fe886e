"""What is said beside the menu: answers to taps, and messages of their own. No handler waits for either.

What a handler has done stands, whether or not the messenger takes the word about it now; so neither the
update nor the player's next tap is held until it does.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest
from aiogram.types import CallbackQuery

from bot.lanes import Lanes, Work
from bot.pacing import Clock, LoopClock
from bot.views.screen import Notice

log = structlog.get_logger(__name__)

_Addressee = tuple[int, int]
"""A chat, and a user in it."""
_LATE = "query is too old"
_AT_ONCE = 64
_ANSWERS_OF_ONE = 8
_MOST = 1_000  # on their way and waiting; more would only come too late
_ANSWER_WITHIN = 15  # seconds; nobody looks at a button for longer
_SAID_AGAIN_AFTER = 3.0
_REMEMBERED = 10_000


class Courtesies:
    """On their way to the messenger: many at once, few of one chat, messages of a chat in order."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or LoopClock()
        self._answers = Lanes(_AT_ONCE, _ANSWERS_OF_ONE)
        self._messages = Lanes(_AT_ONCE)
        self._said: OrderedDict[tuple[_Addressee, str], float] = OrderedDict()

    def answer(self, bot: Bot, query: CallbackQuery, notice: Notice | None) -> None:
        """Stop a button's spinner. A query that is too old is nobody's fault."""
        text, alert = (notice.text, notice.alert) if notice else (None, None)

        async def send() -> None:
            call = bot.answer_callback_query(
                query.id, text=text, show_alert=alert, request_timeout=_ANSWER_WITHIN
            )
            await _tried(call, "tap not answered", query.from_user.id)

        self._put(self._answers, query.from_user.id, send)

    def tell(self, bot: Bot, chat_id: int, html: str) -> None:
        """A message of its own."""

        async def send() -> None:
            await _tried(bot.send_message(chat_id, html), "not told", chat_id)

        self._put(self._messages, chat_id, send)

    def is_news(self, to: _Addressee, text: str) -> bool:
        """Whether they were not told the same a moment ago: who repeats himself is not answered again."""
        now = self._clock.now()
        if now < self._said.get((to, text), now):
            return False
        self._said[to, text] = now + _SAID_AGAIN_AFTER
        self._said.move_to_end((to, text))
        if len(self._said) > _REMEMBERED:
            self._said.popitem(last=False)
        return True

    async def settled(self, within: float) -> None:
        """Wait until all is said, but not for ever."""
        await asyncio.gather(self._answers.settled(within), self._messages.settled(within))
        if left := len(self._answers) + len(self._messages):
            log.warning("left unsaid", count=left)

    async def close(self) -> None:
        await self._answers.close()
        await self._messages.close()

    def _put(self, lanes: Lanes, addressee: int, send: Work) -> None:
        if len(lanes) < _MOST:
            lanes.put(addressee, send)
        else:
            log.warning("too much to say, left unsaid", to=addressee)


async def _tried(call: Awaitable[object], failure: str, addressee: int) -> None:
    try:
        await call
    except (TelegramAPIError, ClientDecodeError) as error:
        if not (isinstance(error, TelegramBadRequest) and _LATE in error.message.lower()):
            log.warning(failure, to=addressee, error=str(error))
