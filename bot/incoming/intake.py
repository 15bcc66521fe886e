"""Updates on their way to handlers: a player's in order, everybody's fairly, whoever brought them."""

import asyncio
from collections.abc import Callable, Hashable
from time import perf_counter

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from structlog.contextvars import bind_contextvars

from bot.endings import Ending, ends
from bot.incoming.watching import Nobody, Watcher
from bot.lanes import Lanes
from bot.lately import Lately
from bot.places import author_of

log = structlog.get_logger(__name__)

Identity = tuple[int, str]
PLACES = 32
_BACKLOG = 64  # a player's updates that may wait; nobody who means it gets so far ahead


class Intake:
    """Handles each update once, one at a time of a user, at most `places` at once.

    A user who writes without end waits for himself only; what is too much of him goes to `turn_away`.
    """

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        places: int = PLACES,
        turn_away: Callable[[Update], None] = lambda _: None,
        watcher: Watcher | None = None,
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._turn_away = turn_away
        self._watcher = watcher or Nobody()
        self._lanes = Lanes(places)
        self._open: dict[Identity, asyncio.Future[None]] = {}
        self._finished: Lately[bool] = Lately()

    def __len__(self) -> int:
        return len(self._open)

    def take(self, update: Update) -> bool:
        """Handle it when its turn comes, unless it is known; whether it was new."""
        identity = identity_of(update)
        if identity in self._open or self._finished.get(identity):
            return False
        lane = _lane_of(update)
        if self._lanes.waiting(lane) >= _BACKLOG:
            log.warning("a user writes too much, update dropped", lane=lane, update_id=update.update_id)
            self._watcher.turned_away(update)
            self._turn_away(update)
            self._finished.set(identity, value=True)
            return True
        arrived = perf_counter()
        done = self._open[identity] = self._lanes.put(lane, lambda: self._feed(update, arrived))
        done.add_done_callback(lambda done: self._close(identity, handled=not done.cancelled()))
        return True

    def unfinished(self, identity: Identity) -> asyncio.Future[None] | None:
        """Ends with the update; None when it has ended, or was never taken in."""
        return self._open.get(identity)

    async def handled(self, update: Update) -> bool:
        """Take the update in and wait for its end; whether it was handled, and need not come again."""
        self.take(update)
        identity = identity_of(update)
        if (done := self._open.get(identity)) is not None:
            await asyncio.wait({done})
            return not done.cancelled()
        return True

    async def settled(self, within: float) -> bool:
        """Wait for what has been taken in, but not for ever; whether all of it is handled."""
        return await self._lanes.settled(within)

    async def close(self) -> None:
        """Give up what is not finished: it will come again."""
        await self._lanes.close()

    async def _feed(self, update: Update, arrived: float) -> None:
        if _says_nothing(update):
            return
        bind_contextvars(update_id=update.update_id)
        with self._watcher.handling(update, perf_counter() - arrived):
            try:
                await self._dispatcher.feed_update(self._bot, update)
            except Exception:
                log.exception("update failed")
                ends(Ending.FAILED)

    def _close(self, identity: Identity, *, handled: bool) -> None:
        del self._open[identity]
        if handled:
            self._finished.set(identity, value=True)


def identity_of(update: Update) -> Identity:
    """What tells an update from every other. Its id alone does not: ids may start again."""
    if query := update.callback_query:
        return update.update_id, query.id
    if message := update.message:
        return update.update_id, f"{message.chat.id}:{message.message_id}"
    return update.update_id, ""


def _says_nothing(update: Update) -> bool:
    """A kind that our library does not know, or one that it could not read."""
    try:
        return not update.event_type
    except UpdateTypeLookupError:
        return True


def _lane_of(update: Update) -> Hashable:
    """Whose it is: the user's who wrote or tapped. Those who write under a common name go by chat."""
    message, query = update.message, update.callback_query
    event = query or message
    if event and (author := author_of(event)):
        return author.id
    return message and ("chat", message.chat.id)
