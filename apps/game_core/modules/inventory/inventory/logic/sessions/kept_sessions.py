"""Sessions as this process saw them last: those of the latest players as they are, all others packed."""

from collections import OrderedDict
from typing import Protocol

from apps.game_core.modules.inventory.inventory.model import InventorySession


class SessionPacking(Protocol):
    def packed(self, session: InventorySession) -> bytes: ...

    def unpacked(self, data: bytes) -> InventorySession:
        """Equal to the one that was packed."""


class KeptSessions:
    """As objects, sessions of large bags are a dozen times as large, and looked through for rubbish."""

    def __init__(self, packing: SessionPacking, *, ready: int = 2_000, packed: int = 50_000) -> None:
        self._packing = packing
        self._most_ready, self._most_packed = ready, packed
        self._ready: OrderedDict[int, InventorySession] = OrderedDict()
        self._packed: OrderedDict[int, bytes] = OrderedDict()

    def get(self, char_id: int) -> InventorySession | None:
        found = self._ready.get(char_id)
        if found is None and (packed := self._packed.get(char_id)):
            found = self._packing.unpacked(packed)
            self.keep(found)
        return found

    def keep(self, session: InventorySession) -> None:
        self.forget(session.char_id)
        self._ready[session.char_id] = session
        if len(self._ready) > self._most_ready:
            char_id, quietest = self._ready.popitem(last=False)
            self._packed[char_id] = self._packing.packed(quietest)
        if len(self._packed) > self._most_packed:
            self._packed.popitem(last=False)

    def forget(self, char_id: int) -> None:
        self._ready.pop(char_id, None)
        self._packed.pop(char_id, None)
