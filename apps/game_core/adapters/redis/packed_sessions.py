"""A session in a process's memory that nobody looks at: its document, deflated."""

import zlib

from apps.game_core.adapters.redis import documents
from apps.game_core.modules.inventory.inventory.model import InventorySession

_FAST = 1


class PackedSessions:
    """Implements `SessionPacking`."""

    def packed(self, session: InventorySession) -> bytes:
        return session.rev.encode() + b"\0" + zlib.compress(documents.encode(session), _FAST)

    def unpacked(self, data: bytes) -> InventorySession:
        rev, _, document = data.partition(b"\0")
        return documents.decode(zlib.decompress(document), rev.decode())
