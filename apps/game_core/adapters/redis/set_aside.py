"""What stands in the place of a session and is none: out of everybody's way, and kept for whoever looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from redis.exceptions import ResponseError

from apps.game_core.adapters.redis.client import Scripts
from apps.game_core.adapters.redis.control_records import UNREAD, control, revision_of
from apps.game_core.adapters.redis.documents import DocumentError, StoredDocument
from apps.game_core.adapters.redis.keys import Names
from apps.game_core.modules.inventory.errors import SessionStoreDownError
from apps.game_core.modules.inventory.metrics import InventoryMetrics
from apps.game_core.modules.inventory.session_store import Control

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SetAside:
    """Reads what scripts have found. Everything here raises SessionStoreDownError."""

    scripts: Scripts
    names: Names
    metrics: InventoryMetrics

    async def found(self, char_id: int, script: str, names: Sequence[str], args: Sequence[Any]) -> Any:
        """What a script finds of a session, once nothing else is in its place."""
        try:
            return await self.scripts.run(script, names, args)
        except SessionStoreDownError as error:
            if not isinstance(error.__cause__, ResponseError) or not await self.strange(char_id, error):
                raise
        return await self.scripts.run(script, names, args)

    async def stored(
        self, char_id: int, document: bytes, rev: str, version: int | None = None
    ) -> StoredDocument | None:
        """None for one that cannot be understood, or is not this session's."""
        try:
            return StoredDocument.of(document, rev, char_id, version)
        except DocumentError as error:
            await self.document(char_id, document, error)
            return None

    async def control(self, char_id: int, flat: Sequence[bytes]) -> Control | None:
        """None where there are no control data, or nobody can tell what they say."""
        try:
            return control(char_id, flat) if flat else None
        except UNREAD as error:
            if not await self.strange(char_id, error, flat):
                raise
            return None

    async def document(self, char_id: int, document: bytes, error: Exception) -> None:
        names = (*self.names.pair(char_id), self.names.quarantine(char_id))
        if await self.scripts.run("quarantine", names, (document,)):
            log.error("session document put aside", char_id=char_id, reason=str(error))
            self.metrics.quarantined()

    async def strange(self, char_id: int, error: Exception, flat: Sequence[bytes] = ()) -> bool:
        """Keys of another type, and control data if it is these. False: there was nothing of the kind."""
        names = (*self.names.pair(char_id), self.names.quarantine(char_id))
        gone = await self.scripts.run("strange", names, (revision_of(flat),))
        for _ in range(gone):
            log.error("session data put aside", char_id=char_id, reason=str(error)[:200])
            self.metrics.quarantined()
        return bool(gone)
