"""Every Redis key of the game, made in one place. Only ints and hex ids ever reach a name."""

from dataclasses import dataclass
from uuid import UUID
from zlib import crc32

from redis.asyncio import Redis

from apps.redis_cluster.client import Cluster

DIRTY_INDEX = "inventory:dirty"
WORK = "inventory:work"
"""Who writes which share of it."""
SHARES = 256
"""Sessions of a cluster are found by their names, which say the share: another number is another game."""

SESSION = "session:inventory:"
CONTROL = "inventory:control:"
CONTROLS = f"{CONTROL}*"
QUARANTINE = "inventory:quarantine:"
QUARANTINES = f"{QUARANTINE}*"


@dataclass(frozen=True, slots=True)
class Names:
    """How keys are called where they are.

    In a cluster characters are dealt into `buckets`: what stands between braces in a name decides about the
    slot, so that all keys of a bucket's characters and its share of the dirty index are in one slot.
    """

    buckets: int = 0

    def session(self, char_id: int) -> str:
        return f"{SESSION}{self._tag(char_id)}{char_id:d}"

    def control(self, char_id: int) -> str:
        return f"{CONTROL}{self._tag(char_id)}{char_id:d}"

    def load_lock(self, char_id: int) -> str:
        return f"inventory:lock:{self._tag(char_id)}{char_id:d}"

    def quarantine(self, char_id: int) -> str:
        return f"{QUARANTINE}{self._tag(char_id)}{char_id:d}"

    def fight(self, char_id: int) -> str:
        return f"training:fight:{self._tag(char_id)}{char_id:d}"

    def index(self, char_id: int) -> str:
        """Where the character stands while it is dirty."""
        return _share(self._bucket(char_id)) if self.buckets else DIRTY_INDEX

    def pair(self, char_id: int) -> tuple[str, str]:
        """Document and control data."""
        return self.session(char_id), self.control(char_id)

    def triple(self, char_id: int) -> tuple[str, str, str]:
        """Those, and where the character stands while it is dirty."""
        return self.session(char_id), self.control(char_id), self.index(char_id)

    @property
    def indexes(self) -> tuple[str, ...]:
        """All of the dirty index."""
        return tuple(map(_share, range(self.buckets))) if self.buckets else (DIRTY_INDEX,)

    def _tag(self, char_id: int) -> str:
        return f"{{{self._bucket(char_id):d}}}:" if self.buckets else ""

    def _bucket(self, char_id: int) -> int:
        return _dealt(char_id, self.buckets)


def _dealt(char_id: int, buckets: int) -> int:
    # Not the id's remainder: what its lowest bits say is how many were made in a millisecond.
    return crc32(b"%d" % char_id) % buckets


def _share(bucket: int) -> str:
    return f"{DIRTY_INDEX}:{{{bucket:d}}}"


def share_of(char_id: int) -> int:
    """Which share of the work a character belongs to; in a cluster, which bucket."""
    return _dealt(char_id, SHARES)


ON_ONE_SERVER = Names()
"""The customer's names."""
IN_A_CLUSTER = Names(buckets=SHARES)

session, control, load_lock = ON_ONE_SERVER.session, ON_ONE_SERVER.control, ON_ONE_SERVER.load_lock
quarantine, fight = ON_ONE_SERVER.quarantine, ON_ONE_SERVER.fight


def names_in(redis: Redis) -> Names:
    return IN_A_CLUSTER if isinstance(redis, Cluster) else ON_ONE_SERVER


def snapshot(snapshot_id: UUID) -> str:
    return f"temp:inventory:{snapshot_id}"


def owner(key: bytes) -> int:
    """The character of a key."""
    return int(key.rpartition(b":")[2])
