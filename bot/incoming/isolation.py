"""One update at a time of a player in a chat."""

from asyncio import Lock
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from aiogram.fsm.storage.base import BaseEventIsolation, StorageKey


class PassingEventIsolation(BaseEventIsolation):
    """aiogram's own keeps every lock for ever; these go when nobody holds or awaits them."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[StorageKey, Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, key: StorageKey) -> AsyncGenerator[None]:
        lock = self._locks.get(key)
        if lock is None:
            self._locks[key] = lock = Lock()
        async with lock:
            yield

    async def close(self) -> None:
        """Nothing is open."""
