"""How long what the session store holds lives, and how much of it."""

from dataclasses import dataclass

from apps.game_core.settings import CoreSettings


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """Seconds; how many operation ids a session remembers; how many failed writes park it."""

    ttl: float = 1800.0
    sync_delay: float = 5.0
    lease: float = 30.0
    share_lease: float = 15.0
    load_lock: float = 5.0
    max_dirty_age: float = 3600.0
    parking: float = 10 * 365 * 86_400.0
    remembered: int = 256
    failures: int = 5
    scan: int = 200

    @classmethod
    def of(cls, settings: CoreSettings) -> "SessionTimes":
        return cls(
            ttl=settings.inventory_session_ttl,
            sync_delay=settings.inventory_sync_period,
            lease=settings.inventory_sync_lease,
            share_lease=settings.inventory_worker_lease,
            load_lock=settings.inventory_load_lock,
            max_dirty_age=settings.inventory_max_dirty_age,
            failures=settings.inventory_sync_failures,
        )

    @property
    def longest_delay(self) -> float:
        """How far ahead of the time a due time may lie, but for a parked session's."""
        return 2 * max(self.sync_delay, self.lease)
