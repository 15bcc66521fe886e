"""Answers what item files would do before they are loaded: nothing is opened, delivered or changed."""

from dataclasses import dataclass, replace

from apps.game_core.modules.inventory.foresight import FindOwners, Foresee, Foresight, Owners, OwnersReader
from apps.game_core.modules.inventory.input_checks import identity
from apps.game_core.modules.inventory.inventory.logic.doing.operation_runner import OperationRunner
from apps.game_core.modules.inventory.inventory.logic.foreseeing.foresight import foreseen
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.session_store import SessionStore
from apps.game_core.system.core_router import CoreRouter


@dataclass(frozen=True, slots=True)
class ForesightService:
    runner: OperationRunner
    store: SessionStore
    reader: OwnersReader

    def register(self, router: CoreRouter) -> None:
        router.register(FindOwners, self.owners)
        router.register(Foresee, self.foresee)

    async def owners(self, context: FindOwners) -> Owners:
        """Redis first: what is written in between is found in the database."""
        unwritten = await self.store.dirty()
        written = await self.reader.owners(context.base_ids)
        waiting = await self.reader.waiting(context.base_ids)
        return Owners(tuple(sorted({*unwritten, *written})), waiting)

    async def foresee(self, context: Foresee) -> Foresight:
        char_id = identity("char_id", context.char_id)
        state = await self.store.inspect(char_id)
        session = await self.runner.sessions.get_session(char_id) if state else None
        now = Rules(self.runner.catalog.current)
        shown = session or await self.runner.past_the_store(char_id)
        return foreseen(shown, now, replace(now, catalog=context.catalog))
