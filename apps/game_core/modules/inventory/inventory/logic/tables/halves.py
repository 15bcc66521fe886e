"""The halves of tables, which lie in sessions and are nothing to write."""

import random
from dataclasses import dataclass

from apps.game_core.modules.inventory.errors import OperationRefusedError, SessionConflictError
from apps.game_core.modules.inventory.inventory.logic.doing.inbox_delivery import InboxDelivery
from apps.game_core.modules.inventory.inventory.logic.doing.operation_runner import OperationRunner
from apps.game_core.modules.inventory.inventory.logic.sessions.batch_sync import BatchSync
from apps.game_core.modules.inventory.inventory.logic.sessions.traded import gives_of
from apps.game_core.modules.inventory.inventory.logic.tables.laid_bag import LaidBag
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_id
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.inventory.rules.laying import with_half
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.ports import UnitOfWorkFactory
from apps.game_core.modules.inventory.session_store import SessionStore
from apps.game_core.modules.inventory.tables import (
    AwaitsRoom,
    DeliverTo,
    FindGive,
    GlanceAtHalf,
    LookAtHalf,
    OwnHalf,
    PutHalf,
    SeenHalf,
    WriteTogether,
)
from apps.game_core.system.core_router import CoreRouter

_ATTEMPTS = 8
_JITTER = 0.01


@dataclass(frozen=True, slots=True)
class Halves:
    runner: OperationRunner
    store: SessionStore
    unit_of_work: UnitOfWorkFactory
    batches: BatchSync
    delivery: InboxDelivery

    def register(self, router: CoreRouter) -> None:
        router.register(LookAtHalf, self.look)
        router.register(GlanceAtHalf, self.glance)
        router.register(PutHalf, self.put)
        router.register(FindGive, self.find_give)
        router.register(AwaitsRoom, self.awaits_room)
        router.register(WriteTogether, self.write)
        router.register(DeliverTo, self.deliver)

    async def look(self, context: LookAtHalf) -> OwnHalf:
        return self._own(await self.runner.current(context.char_id))

    async def glance(self, context: GlanceAtHalf) -> SeenHalf | None:
        session = await self.runner.sessions.glance(context.char_id)
        return SeenHalf(session.char_id, session.hero.name, session.half) if session else None

    async def put(self, context: PutHalf) -> OwnHalf:
        for attempt in range(_ATTEMPTS):
            session = self.runner.sessions.cached(context.char_id) if not attempt else None
            try:
                return await self._put(session or await self.runner.current(context.char_id), context)
            except SessionConflictError:
                await self.runner.clock.sleep(random.uniform(0, _JITTER) * attempt)  # noqa: S311 - jitter
            except OperationRefusedError:
                if session is None:
                    raise  # else it was what this process saw last, and may be old
        raise SessionConflictError(context.char_id)

    async def _put(self, session: InventorySession, context: PutHalf) -> OwnHalf:
        if session.half == context.half and context.half != context.seen:
            return self._own(session)  # it was put there before, and the answer was lost
        changed = with_half(session, context.seen, context.half, Rules(self.runner.catalog.current))
        return self._own(await self.runner.sessions.save_half(changed))

    async def find_give(self, context: FindGive) -> Give | None:
        state = await self.store.inspect(context.char_id)
        given = gives_of(state.pending) if state else ()
        return next((give for give in given if context.trade in (None, give.trade)), None)

    async def awaits_room(self, context: AwaitsRoom) -> bool:
        async with self.unit_of_work() as unit:
            rows = await unit.inventories.unread_of([context.char_id])
        state = await self.store.inspect(context.char_id)
        received = {entry.op_id for entry in (state.pending if state else ()) if not entry.refused}
        return any(row.trade == context.trade and inbox_id(row.inbox_id) not in received for row in rows)

    async def write(self, context: WriteTogether) -> None:
        await self.batches.write(sorted(context.char_ids), only_due=False)

    async def deliver(self, context: DeliverTo) -> None:
        await self.delivery.to(context.char_ids)

    def _own(self, session: InventorySession) -> OwnHalf:
        bag = LaidBag(self.runner.formatted(session))
        return OwnHalf(session.char_id, session.hero.name, session.half, session.coins, bag)
