"""One bot's updates, from the moment they happen until the bot confirms them."""

import asyncio
from collections import OrderedDict
from itertools import islice
from typing import Any

from telegram_sandbox.errors import ConflictError
from telegram_sandbox.world.model import BotRecord, Json

MAX_BATCH = 100
LONGEST_POLL = 50
_TOLERATED_AHEAD = 10
ONLY_WHEN_ASKED_FOR = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"


class UpdateQueue:
    def __init__(self, record: BotRecord, *, limit: int) -> None:
        self._record = record
        self._limit = limit
        self._pending = OrderedDict(record.pending)
        self._waiting: asyncio.Future[None] | None = None
        self._polled_at = float("-inf")

    def __len__(self) -> int:
        return len(self._pending)

    def polled_within(self, seconds: float) -> bool:
        return self._waiting is not None or asyncio.get_running_loop().time() - self._polled_at < seconds

    def snapshot(self) -> dict[int, Json]:
        return dict(self._pending)

    def put(self, kind: str, payload: Json) -> int | None:
        """Queues an update; None when the bot has not asked for this kind."""
        allowed = self._record.allowed_updates
        if kind not in allowed if allowed else kind in ONLY_WHEN_ASKED_FOR:
            return None
        update_id = self._record.next_update_id
        self._record.next_update_id += 1
        self._pending[update_id] = {"update_id": update_id, kind: payload}
        if len(self._pending) > self._limit:
            self._pending.popitem(last=False)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        return update_id

    def get(self, update_id: int) -> Json | None:
        return self._pending.get(update_id)

    def confirm(self, offset: int) -> None:
        """Forgets what lies before `offset`; a negative one keeps only that many of the last updates.

        One far ahead of every id there has been belongs to another count of ids, and confirms nothing.
        """
        if offset > self._record.next_update_id + _TOLERATED_AHEAD:
            return
        if offset < 0:
            while len(self._pending) > -offset:
                self._pending.popitem(last=False)
        while self._pending and next(iter(self._pending)) < offset:
            self._pending.popitem(last=False)

    def name_bot(self, before: Json, after: Json) -> None:
        """What waited for a bot that had no name yet speaks of it by its own."""
        for update_id, update in self._pending.items():
            self._pending[update_id] = _replaced(update, before, after)

    def drop(self, update_id: int) -> None:
        self._pending.pop(update_id, None)

    def clear(self) -> None:
        self._pending.clear()

    async def poll(self, limit: int, wait: float) -> list[Json]:
        """The next updates; waits for the first one, unless another poll or a webhook takes over."""
        self.interrupt(OTHER_POLL)
        if not self._pending and wait > 0:
            await self._arrival(wait)
        self._polled_at = asyncio.get_running_loop().time()
        return list(islice(self._pending.values(), limit))

    async def _arrival(self, wait: float) -> None:
        own: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = own
        try:
            async with asyncio.timeout(wait):
                await own
        except TimeoutError:
            pass
        finally:
            if self._waiting is own:
                self._waiting = None

    def interrupt(self, reason: str) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(ConflictError(reason))


def _replaced(value: Any, before: Json, after: Json) -> Any:
    if value == before:
        return after
    if isinstance(value, dict):
        return {name: _replaced(each, before, after) for name, each in value.items()}
    return [_replaced(each, before, after) for each in value] if isinstance(value, list) else value
