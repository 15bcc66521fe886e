"""What of the work is this process' own. It saves work and guards nothing: claims and fences do that."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import structlog

from apps.game_core.modules.inventory.errors import SessionStoreDownError
from apps.game_core.modules.inventory.work_sharing import ShareLeases

log = structlog.get_logger(__name__)

_FIRST = 0


@dataclass(slots=True)
class WorkShares:
    """`own` is None while nobody knows whose what is: then all of it is everybody's."""

    leases: ShareLeases
    now: Callable[[], float] = monotonic
    own: frozenset[int] | None = None
    _until: float = 0.0

    async def renew(self) -> None:
        asked = self.now()
        try:
            found = await self.leases.renew()
        except SessionStoreDownError as error:
            if self.own is not None:
                log.info("shares of the work not known", error=repr(error))
            self.own = None
            return
        alone_from_the_start = self.own is None and len(found) == self.leases.count
        if found != self.own and not alone_from_the_start:
            log.info("shares of the work", own=len(found))
        self.own, self._until = found, asked + self.leases.lease

    async def leave(self) -> frozenset[int]:
        """Give the own ones up; returns those that others have, as far as anybody knows."""
        self.own = None
        try:
            return await self.leases.leave()
        except SessionStoreDownError:
            return frozenset()

    @property
    def speaks_until(self) -> float:
        """Until when, by `now`, this process alone may tell of what all share; 0 if another one does."""
        return self._until if self.own and _FIRST in self.own else 0.0
