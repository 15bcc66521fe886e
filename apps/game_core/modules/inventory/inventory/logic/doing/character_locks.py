"""One in-process lock a character: tasks of one process take turns instead of losing compare-and-sets."""

from asyncio import Lock
from weakref import WeakValueDictionary


class CharacterLocks:
    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, Lock] = WeakValueDictionary()

    def of(self, char_id: int) -> Lock:
        """It lasts for as long as somebody holds it, or waits for it."""
        lock = self._locks.get(char_id)
        if lock is None:
            self._locks[char_id] = lock = Lock()
        return lock
