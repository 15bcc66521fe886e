"""What this process saw of sessions: so it can tell when a later one lacks something."""

from collections import OrderedDict
from dataclasses import dataclass

from apps.game_core.modules.inventory.inventory.model import InventorySession, Trail


@dataclass(frozen=True, slots=True)
class Sighting:
    """A session as it was seen last: under a `server` process, in the past that `lineage` names."""

    server: str
    lineage: str
    version: int
    trail: Trail

    def has_more_than(self, session: InventorySession, lineage: str) -> bool:
        """Whether a session of another past may lack something that this one had."""
        return self.lineage != lineage and self.version > session.trail.since


class Sightings:
    """Of at most `limit` characters; whoever was not seen for the longest is forgotten first."""

    def __init__(self, limit: int = 2000) -> None:
        self._limit = limit
        self._seen: OrderedDict[int, Sighting] = OrderedDict()

    def of(self, char_id: int) -> Sighting | None:
        return self._seen.get(char_id)

    def note(self, session: InventorySession, server: str, lineage: str) -> None:
        self._seen.pop(session.char_id, None)
        self._seen[session.char_id] = sighting(session, server, lineage)
        if len(self._seen) > self._limit:
            self._seen.popitem(last=False)

    def forget(self, char_id: int) -> None:
        self._seen.pop(char_id, None)


def sighting(session: InventorySession, server: str, lineage: str) -> Sighting:
    return Sighting(server, lineage, session.version, session.trail)
