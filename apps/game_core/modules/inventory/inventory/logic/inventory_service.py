"""Every inventory operation: load the session, apply a rule, save under compare-and-set, format."""

import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from apps.game_core.modules.inventory.contracts import (
    AddItemResult,
    DropManyResult,
    DropResult,
    EquipResult,
    Granted,
    GrantUnit,
    InventoryReader,
    ItemDetails,
    LockResult,
    MergeResult,
    Outcome,
    QuickSlotResult,
    Source,
    SplitResult,
    SyncResult,
    UnequipResult,
    UseConsumableResult,
)
from apps.game_core.modules.inventory.errors import (
    CharacterNotFoundError,
    OperationRefusedError,
    SessionConflictError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.inventory import operations as ops
from apps.game_core.modules.inventory.inventory.codec import decode_result
from apps.game_core.modules.inventory.inventory.logic.character_locks import CharacterLocks
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import (
    FormattedInventory,
    InventoryFormatter,
)
from apps.game_core.modules.inventory.inventory.logic.inventory_session_manager import (
    DuplicateOperationError,
    InventorySessionManager,
)
from apps.game_core.modules.inventory.inventory.logic.session_loader import SessionLoader
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.rules import Rules, apply
from apps.game_core.modules.inventory.inventory.rules.stacks import MAX_ADD
from apps.game_core.modules.inventory.ports import CatalogProvider, UnitOfWorkFactory
from apps.game_core.modules.inventory.snapshot import InboxGrant, InventorySnapshot
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.system.protocols import Clock, IdMaker

R = TypeVar("R")
_ATTEMPTS = 8
_JITTER = 0.01


@dataclass(frozen=True, slots=True)
class InventoryService:
    """Use cases. `op_id` is the caller's idempotency key; without one every call is an operation of its own.

    Every mutating method raises OperationRefusedError when the rules say no, CharacterNotFoundError, and
    InventoryUnavailableError when a store is down or too busy.
    """

    sessions: InventorySessionManager
    loader: SessionLoader
    unit_of_work: UnitOfWorkFactory
    catalog: CatalogProvider
    clock: Clock
    ids: IdMaker
    locks: CharacterLocks

    async def open(self, char_id: int) -> InventoryReader:
        """The inventory as it stands, loaded from the database if there is no session."""
        session = await self.sessions.get_session(char_id)
        if session is None:
            async with self.locks.hold(char_id):
                session = await self._load(char_id)
        return self._formatted(session)

    async def get_item_details(self, char_id: int, item_id: int) -> ItemDetails:
        return (await self.open(char_id)).item(item_id)

    async def equip_item(
        self, char_id: int, item_id: int, slot: Slot | None = None, *, op_id: str | None = None
    ) -> Outcome[EquipResult]:
        return await self.execute(char_id, ops.EquipItem(**self._stamp(op_id), item_id=item_id, slot=slot))

    async def unequip_item(
        self, char_id: int, slot: Slot, *, op_id: str | None = None
    ) -> Outcome[UnequipResult]:
        return await self.execute(char_id, ops.UnequipItem(**self._stamp(op_id), slot=slot))

    async def use_consumable(
        self,
        char_id: int,
        item_id: int,
        source: Source = Source.BACKPACK,
        slot_index: int | None = None,
        *,
        in_combat: bool = False,
        op_id: str | None = None,
    ) -> Outcome[UseConsumableResult]:
        operation = ops.UseConsumable(
            **self._stamp(op_id), item_id=item_id, source=source, slot_index=slot_index, in_combat=in_combat
        )
        return await self.execute(char_id, operation)

    async def move_to_quick_slot(
        self, char_id: int, item_id: int, slot_index: int, *, op_id: str | None = None
    ) -> Outcome[QuickSlotResult]:
        operation = ops.MoveToQuickSlot(**self._stamp(op_id), item_id=item_id, slot_index=slot_index)
        return await self.execute(char_id, operation)

    async def move_from_quick_slot(
        self, char_id: int, slot_index: int, *, op_id: str | None = None
    ) -> Outcome[QuickSlotResult]:
        operation = ops.MoveFromQuickSlot(**self._stamp(op_id), slot_index=slot_index)
        return await self.execute(char_id, operation)

    async def drop_item(
        self, char_id: int, item_id: int, quantity: int | None = None, *, op_id: str | None = None
    ) -> Outcome[DropResult]:
        operation = ops.DropItem(**self._stamp(op_id), item_id=item_id, quantity=quantity)
        return await self.execute(char_id, operation)

    async def drop_many(
        self, char_id: int, item_ids: tuple[int, ...], *, op_id: str | None = None
    ) -> Outcome[DropManyResult]:
        """Drop whole stacks, all of them or none."""
        return await self.execute(char_id, ops.DropMany(**self._stamp(op_id), item_ids=item_ids))

    async def split_stack(
        self, char_id: int, item_id: int, quantity: int, *, op_id: str | None = None
    ) -> Outcome[SplitResult]:
        new_id = self.ids.item_id()
        operation = ops.SplitStack(**self._stamp(op_id), item_id=item_id, quantity=quantity, new_id=new_id)
        return await self.execute(char_id, operation)

    async def merge_stacks(
        self, char_id: int, item_id: int, into_id: int, *, op_id: str | None = None
    ) -> Outcome[MergeResult]:
        operation = ops.MergeStacks(**self._stamp(op_id), item_id=item_id, into_id=into_id)
        return await self.execute(char_id, operation)

    async def lock_item(self, char_id: int, item_id: int, *, op_id: str | None = None) -> Outcome[LockResult]:
        return await self.execute(char_id, ops.LockItem(**self._stamp(op_id), item_id=item_id, locked=True))

    async def unlock_item(
        self, char_id: int, item_id: int, *, op_id: str | None = None
    ) -> Outcome[LockResult]:
        return await self.execute(char_id, ops.LockItem(**self._stamp(op_id), item_id=item_id, locked=False))

    async def add_item(
        self, char_id: int, base_id: str, quantity: int, *, op_id: str | None = None
    ) -> Outcome[AddItemResult]:
        return await self.execute(char_id, self._addition(base_id, quantity, op_id))

    async def sync_inventory(self, char_id: int, *, leaving: bool = False) -> SyncResult:
        return await self.sessions.sync_to_db(char_id, leaving=leaving)

    async def execute(self, char_id: int, operation: ops.Operation[R]) -> Outcome[R]:
        """Apply one operation exactly once."""
        async with self.locks.hold(char_id):
            for attempt in range(_ATTEMPTS):
                try:
                    return await self._attempt(char_id, operation, fresh=attempt > 0)
                except SessionConflictError:
                    await self.clock.sleep(random.uniform(0, _JITTER) * attempt)  # noqa: S311 - jitter
        raise SessionConflictError(char_id)

    async def _attempt(self, char_id: int, operation: ops.Operation[R], *, fresh: bool) -> Outcome[R]:
        session = None if fresh else self.sessions.cached(char_id)
        if session is None:
            found = await self.sessions.read(char_id, operation.op_id)
            session = found.session or await self._load(char_id)
            if found.seen is not None:
                return self._repeated(session, operation, found.seen)
        try:
            applied, result = apply(session, operation, self._rules())
            changed = replace(applied, conflicts=())
            saved = await self.sessions.save_session(char_id, changed, operation=operation, result=result)
        except OperationRefusedError as refusal:
            base = None if fresh else session
            return await self._second_opinion(char_id, operation, base, refusal)
        except DuplicateOperationError as duplicate:
            current = await self.sessions.get_session(char_id) or await self._load(char_id)
            return self._repeated(current, operation, duplicate.result)
        return Outcome(result, self._formatted(saved))

    async def _second_opinion(
        self,
        char_id: int,
        operation: ops.Operation[R],
        cached: InventorySession | None,
        refusal: OperationRefusedError,
    ) -> Outcome[R]:
        """A refusal on an old session, or of an operation that already took effect, is no refusal."""
        found = await self.sessions.read(char_id, operation.op_id)
        if found.session is not None and found.seen is not None:
            return self._repeated(found.session, operation, found.seen)
        if cached is not None and (found.session is None or found.session.rev != cached.rev):
            raise SessionConflictError(char_id)
        raise refusal

    async def _load(self, char_id: int) -> InventorySession:
        loaded = await self.loader.load(char_id)
        if loaded.snapshot is None:
            return loaded.session
        return await self._deliver_inbox(loaded.session, loaded.snapshot)

    async def grant(self, char_id: int, base_id: str, quantity: int, unit: GrantUnit | None) -> Granted:
        """Raises UnknownItemError; CharacterNotFoundError only in a transaction of its own."""
        if self.catalog.current.get(base_id) is None:
            raise UnknownItemError(base_id)
        if unit is not None:
            return Granted(await unit.inventories.grant(char_id, base_id, quantity))
        async with self.unit_of_work() as own:
            if await own.inventories.row(char_id) is None:
                raise CharacterNotFoundError(char_id)
            inbox_id = await own.inventories.grant(char_id, base_id, quantity)
            await own.commit()
        return Granted(inbox_id)

    async def deliver(self, grant: InboxGrant) -> bool:
        """Bring a grant into its session, once. False: it does not fit and goes on waiting."""
        try:
            await self.execute(grant.char_id, self._delivery(grant))
        except OperationRefusedError:
            return False
        return True

    async def _deliver_inbox(
        self, session: InventorySession, snapshot: InventorySnapshot
    ) -> InventorySession:
        """Grants that waited in the inbox; one that does not fit keeps waiting."""
        for grant in snapshot.inbox:
            operation = self._delivery(grant)
            with suppress(OperationRefusedError):
                changed, result = apply(session, operation, self._rules())
                try:
                    session = await self.sessions.save_session(
                        session.char_id, changed, operation=operation, result=result
                    )
                except (SessionConflictError, DuplicateOperationError):
                    # Others are at work on this session already; the worker delivers the rest.
                    return await self.sessions.get_session(session.char_id) or session
        return session

    def _delivery(self, grant: InboxGrant) -> ops.AddItem:
        return self._addition(grant.base_id, grant.quantity, f"{ops.INBOX_PREFIX}{grant.inbox_id}")

    def _addition(self, base_id: str, quantity: int, op_id: str | None) -> ops.AddItem:
        entry = self.catalog.current.get(base_id)
        stacks = -(-quantity // entry.max_stack) if entry and 0 < quantity <= MAX_ADD else 0
        new_ids = tuple(self.ids.item_id() for _ in range(stacks))
        return ops.AddItem(**self._stamp(op_id), base_id=base_id, quantity=quantity, new_ids=new_ids)

    def _stamp(self, op_id: str | None) -> Mapping[str, Any]:
        return {"op_id": op_id or self.ids.token(), "at": int(self.clock.now())}

    def _rules(self) -> Rules:
        return Rules(self.catalog.current)

    def _formatted(self, session: InventorySession) -> FormattedInventory:
        return FormattedInventory(session, InventoryFormatter(self._rules(), self.clock.now()))

    def _repeated(self, session: InventorySession, operation: ops.Operation[R], result: bytes) -> Outcome[R]:
        return Outcome(decode_result(operation, result), self._formatted(session), repeated=True)
