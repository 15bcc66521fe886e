"""Keeps the session store told which database stands behind it."""

from dataclasses import dataclass

import structlog

from apps.game_core.adapters.postgres.generation import PostgresGeneration
from apps.game_core.adapters.redis.server_identity import ServerIdentity
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.system.cancelling import is_cancelled
from apps.game_core.system.protocols import Clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class GenerationWatch:
    """`period` in seconds. What was learnt last holds while the database is away."""

    generation: PostgresGeneration
    server: ServerIdentity
    clock: Clock
    period: float

    async def run(self) -> None:
        while True:
            await self.refresh()
            if is_cancelled():
                return
            await self.clock.sleep(self.period)

    async def announce(self, token: str) -> None:
        """Say that this is another database now, as `token` names it; every process learns of it."""
        await self.generation.announce(token)
        await self.refresh()

    async def refresh(self) -> None:
        try:
            current = await self.generation.read()
        except InventoryUnavailableError as error:
            log.info("generation of the database not known", error=repr(error))
            return
        if self.server.generation not in ("", current):
            log.warning("another database, or an older one: every session is compared with it before use")
        self.server.generation = current
