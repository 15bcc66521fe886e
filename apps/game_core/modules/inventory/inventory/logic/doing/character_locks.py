"""One in-process lock a character: tasks of one process take turns instead of losing compare-and-sets."""

from asyncio import Lock
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class CharacterLocks:
    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def hold(self, char_id: int) -> AsyncIterator[None]:
        lock = self._locks.get(char_id)
        if lock is None:
            self._locks[char_id] = lock = Lock()
        async with lock:
            yield
