"""The messenger's side of long polling, and updates to send, without a connection."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

from aiogram import Bot, Dispatcher
from aiogram.methods import GetUpdates
from aiogram.types import CallbackQuery, Chat, Message, Update, User

from tools.support.patience import PATIENCE

BATCH = 100
_TOLERATED = 10
_numbers = count(1)


def message(update_id: int, user_id: int = 1, text: str = "hello") -> Update:
    """Each one is another message, whatever its update's id."""
    chat = Chat(id=user_id, type="private")
    user = User(id=user_id, is_bot=False, first_name="U")
    sent = Message(message_id=next(_numbers), date=datetime.now(UTC), chat=chat, from_user=user, text=text)
    return Update(update_id=update_id, message=sent)


def tap(update_id: int, user_id: int = 1) -> Update:
    user = User(id=user_id, is_bot=False, first_name="U")
    query = CallbackQuery(id=f"q{next(_numbers)}", from_user=user, chat_instance="1", data="x")
    return Update(update_id=update_id, callback_query=query)


class Messenger:
    """Called like a bot; all it knows is `getUpdates`.

    That confirms what lies before the offset, and answers at once with the oldest hundred that are not
    confirmed. An offset from another count of ids confirms nothing.
    """

    id = 1

    def __init__(self) -> None:
        self.unconfirmed: list[Update] = []
        self.polls = 0
        self.confirmed = asyncio.Condition()
        self._arrived = asyncio.Event()

    def as_bot(self) -> Bot:
        """For those who take no other."""
        return cast("Bot", self)

    def send(self, *updates: Update) -> None:
        self.unconfirmed.extend(updates)
        self._arrived.set()

    async def __call__(self, method: GetUpdates, **_: float) -> list[Update]:
        self.polls += 1
        await asyncio.sleep(0)
        if method.offset is not None:
            await self._confirm(method.offset)
        if not self.unconfirmed and method.timeout:
            self._arrived.clear()
            await self._arrived.wait()
        return self.unconfirmed[:BATCH]

    async def _confirm(self, offset: int) -> None:
        newest = max((each.update_id for each in self.unconfirmed), default=offset)
        if offset <= newest + _TOLERATED:
            self.unconfirmed = [each for each in self.unconfirmed if each.update_id >= offset]
        async with self.confirmed:
            self.confirmed.notify_all()

    async def until_all_is_confirmed(self) -> None:
        async with asyncio.timeout(PATIENCE), self.confirmed:
            await self.confirmed.wait_for(lambda: not self.unconfirmed)


class Handlers:
    """A dispatcher whose handlers of some users wait until they are let go."""

    def __init__(self, *slow_users: int) -> None:
        self.slow = frozenset(slow_users)
        self.let_go = asyncio.Event()
        self.begun: list[Update] = []
        self.finished: list[Update] = []
        self.at_once = self.most_at_once = 0
        self._progress = asyncio.Condition()

    def as_dispatcher(self) -> Dispatcher:
        """For those who take no other."""
        return cast("Dispatcher", self)

    async def feed_update(self, _: Any, update: Update) -> None:
        await self._went_on(self.begun, update)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        try:
            if user_of(update) in self.slow:
                await self.let_go.wait()
        finally:
            self.at_once -= 1
        await self._went_on(self.finished, update)

    async def until_finished(self, *updates: Update) -> None:
        async with asyncio.timeout(PATIENCE), self._progress:
            await self._progress.wait_for(lambda: _are_all_among(updates, self.finished))

    async def until_begun(self, *updates: Update) -> None:
        async with asyncio.timeout(PATIENCE), self._progress:
            await self._progress.wait_for(lambda: _are_all_among(updates, self.begun))

    async def _went_on(self, with_: list[Update], update: Update) -> None:
        with_.append(update)
        async with self._progress:
            self._progress.notify_all()


def _are_all_among(updates: Iterable[Update], others: Iterable[Update]) -> bool:
    """By the numbers that they were given: aiogram compares all that is in them."""
    return {_number(each) for each in updates} <= {_number(each) for each in others}


def _number(update: Update) -> int | str:
    if update.callback_query:
        return update.callback_query.id
    assert update.message is not None
    return update.message.message_id


def user_of(update: Update) -> int:
    event = update.message or update.callback_query
    assert event is not None
    assert event.from_user is not None
    return event.from_user.id
