"""What this process saw of sessions: so it can tell when a later one lacks something."""

from collections import OrderedDict

from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.trail import Trail
from apps.game_core.value import Value, replace


class Sighting(Value):
    """A session as it was seen last: under a `server` process, in the past that `lineage` names.

    The database had it up to `synced_version`.
    """

    server: str
    lineage: str
    version: int
    trail: Trail
    synced_version: int = 0

    def has_more_than(self, session: InventorySession, lineage: str) -> bool:
        """Whether a session, of another past or an older one of the same, may lack something of this one."""
        if self.lineage == lineage:
            return self.version > session.version
        return self.version > session.trail.since

    def is_after(self, lineage: str, version: int) -> bool:
        """Whether this one came later, in the same past."""
        return self.lineage == lineage and self.version > version


class Sightings:
    """Of at most `limit` characters; whoever was not seen for the longest is forgotten first."""

    def __init__(self, limit: int = 2000) -> None:
        self._limit = limit
        self._seen: OrderedDict[int, Sighting] = OrderedDict()

    def of(self, char_id: int) -> Sighting | None:
        return self._seen.get(char_id)

    def note(self, session: InventorySession, server: str, lineage: str, synced_version: int) -> None:
        seen = self._seen.get(session.char_id)
        if seen is not None and seen.is_after(lineage, session.version):
            return  # an answer that came late
        self._put(session.char_id, Sighting(server, lineage, session.version, session.trail, synced_version))

    def beside(self, leftover: InventorySession) -> Sighting:
        """A document whose past nobody knows any more: what it has done counts as seen, too."""
        seen = self._seen.get(leftover.char_id, Sighting("", "", 0, Trail()))
        made = {*seen.trail.made, *leftover.trail.made}
        version = max(seen.version, leftover.version)
        trail = Trail.of(seen.trail.since, sorted(made))
        return replace(seen, lineage="", version=version, trail=trail)

    def forget(self, char_id: int) -> None:
        self._seen.pop(char_id, None)

    def _put(self, char_id: int, sighting: Sighting) -> None:
        self._seen.pop(char_id, None)
        self._seen[char_id] = sighting
        if len(self._seen) > self._limit:
            self._seen.popitem(last=False)
