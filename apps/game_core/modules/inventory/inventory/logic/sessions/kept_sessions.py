"""Sessions as this process saw them last: those of the latest players as they are, all others packed."""

from collections import OrderedDict
from typing import Protocol

from apps.game_core.modules.inventory.inventory.model import InventorySession

_FIFTY_THOUSAND = 140 * 2**20
"""Bytes, of so many sessions with 62 items."""


class SessionPacking(Protocol):
    def packed(self, session: InventorySession) -> bytes: ...

    def unpacked(self, data: bytes) -> InventorySession:
        """Equal to the one that was packed."""


class KeptSessions:
    """As objects, sessions of large bags are a dozen times as large, and looked through for rubbish."""

    def __init__(
        self, packing: SessionPacking, *, ready: int = 2_000, packed_bytes: int = _FIFTY_THOUSAND
    ) -> None:
        self._packing = packing
        self._most_ready, self._most_bytes, self._bytes = ready, packed_bytes, 0
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
            self._packed[char_id] = packed = self._packing.packed(quietest)
            self._bytes += len(packed)
        while self._bytes > self._most_bytes:
            _, forgotten = self._packed.popitem(last=False)
            self._bytes -= len(forgotten)

    def forget(self, char_id: int) -> None:
        self._ready.pop(char_id, None)
        self._bytes -= len(self._packed.pop(char_id, b""))
