"""Looks at every session, a few at a time, and puts lost ones back into the index."""

from dataclasses import dataclass

import structlog

from apps.game_core.modules.inventory.session_store import Repaired, SessionStore

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class RepairScan:
    store: SessionStore
    _cursor: int = 0

    async def round(self) -> Repaired:
        """One stretch."""
        found = await self.store.repair(self._cursor)
        for char_id in found.repaired:
            log.error("dirty session was not indexed, put back", char_id=char_id)
        self._cursor = found.cursor
        return found
