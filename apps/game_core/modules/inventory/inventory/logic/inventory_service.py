"""Every inventory operation: load the session, apply a rule, save under compare-and-set, format."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from apps.game_core.modules.inventory.contracts import (
    Added,
    AddItemResult,
    ChangeHealthResult,
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
    RevertResult,
    Source,
    SplitResult,
    SyncResult,
    UndoResult,
    UnequipResult,
    UseConsumableResult,
    WearSetResult,
)
from apps.game_core.modules.inventory.errors import (
    BetterSetError,
    CharacterNotFoundError,
    InventoryFullError,
    OperationRefusedError,
    SessionStoreDownError,
    TooHeavyError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.inventory import operations as ops
from apps.game_core.modules.inventory.inventory.codec import decode_result
from apps.game_core.modules.inventory.inventory.logic.additions import Additions
from apps.game_core.modules.inventory.inventory.logic.operation_runner import OperationRunner
from apps.game_core.modules.inventory.inventory.logic.revert_history import RevertHistory
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation_ids import single_use
from apps.game_core.modules.inventory.ports import CatalogProvider, UnitOfWorkFactory
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.system.protocols import Clock, IdMaker


@dataclass(frozen=True, slots=True)
class InventoryService:
    """Use cases. `op_id` is the caller's idempotency key; without one every call is an operation of its own.

    Every mutating method raises OperationRefusedError when the rules say no, CharacterNotFoundError, and
    InventoryUnavailableError when a store is down or too busy.
    """

    runner: OperationRunner
    history: RevertHistory
    additions: Additions
    unit_of_work: UnitOfWorkFactory
    catalog: CatalogProvider
    clock: Clock
    ids: IdMaker

    async def open(self, char_id: int) -> InventoryReader:
        """The inventory as it stands, loaded from the database if there is no session.

        While the session store is down: as the database has it, marked as stale.
        """
        try:
            session = await self.runner.current(char_id)
        except SessionStoreDownError:
            session = await self.runner.past_the_store(char_id)
        return self.runner.formatted(session)

    async def get_item_details(self, char_id: int, item_id: int) -> ItemDetails:
        return (await self.open(char_id)).item(item_id)

    async def equip_item(
        self, char_id: int, item_id: int, slot: Slot | None = None, *, op_id: str | None = None
    ) -> Outcome[EquipResult]:
        return await self.runner.execute(
            char_id, ops.EquipItem(**self._stamp(op_id), item_id=item_id, slot=slot)
        )

    async def wear_best(
        self, char_id: int, asked: int, *, op_id: str | None = None
    ) -> Outcome[WearSetResult]:
        """Put on the best set there is, if it is the one that `asked` names.

        Raises:
            BetterSetError: it is another, or worn already.

        """
        stamp = self._stamp(op_id)

        async def best(session: InventorySession) -> ops.WearSet:
            found = self.runner.formatted(session).best_set()
            if not found.items or found.fingerprint != asked:
                raise BetterSetError
            items = {slot: item.id for slot, item in found.items.items()}
            return ops.WearSet(**stamp, items=items)

        return await self.runner.run(char_id, stamp["op_id"], ops.WearSet, best)

    async def unequip_item(
        self, char_id: int, slot: Slot, *, op_id: str | None = None
    ) -> Outcome[UnequipResult]:
        return await self.runner.execute(char_id, ops.UnequipItem(**self._stamp(op_id), slot=slot))

    async def use_consumable(
        self,
        char_id: int,
        item_id: int,
        source: Source = Source.BACKPACK,
        slot_index: int | None = None,
        *,
        in_combat: bool = False,
        op_id: str | None = None,
        first: bool = False,
    ) -> Outcome[UseConsumableResult]:
        operation = ops.UseConsumable(
            **self._stamp(op_id), item_id=item_id, source=source, slot_index=slot_index, in_combat=in_combat
        )
        return await self.runner.execute(char_id, operation, first=first)

    async def move_to_quick_slot(
        self, char_id: int, item_id: int, slot_index: int, *, op_id: str | None = None
    ) -> Outcome[QuickSlotResult]:
        operation = ops.MoveToQuickSlot(**self._stamp(op_id), item_id=item_id, slot_index=slot_index)
        return await self.runner.execute(char_id, operation)

    async def move_from_quick_slot(
        self, char_id: int, slot_index: int, *, op_id: str | None = None
    ) -> Outcome[QuickSlotResult]:
        operation = ops.MoveFromQuickSlot(**self._stamp(op_id), slot_index=slot_index)
        return await self.runner.execute(char_id, operation)

    async def drop_item(
        self, char_id: int, item_id: int, quantity: int | None = None, *, op_id: str | None = None
    ) -> Outcome[DropResult]:
        operation = ops.DropItem(**self._stamp(op_id), item_id=item_id, quantity=quantity)
        return await self.runner.execute(char_id, operation)

    async def drop_many(
        self, char_id: int, item_ids: tuple[int, ...], *, op_id: str | None = None
    ) -> Outcome[DropManyResult]:
        """Drop whole stacks, all of them or none."""
        return await self.runner.execute(char_id, ops.DropMany(**self._stamp(op_id), item_ids=item_ids))

    async def split_stack(
        self, char_id: int, item_id: int, quantity: int, *, op_id: str | None = None
    ) -> Outcome[SplitResult]:
        new_id = self.ids.item_id()
        operation = ops.SplitStack(**self._stamp(op_id), item_id=item_id, quantity=quantity, new_id=new_id)
        return await self.runner.execute(char_id, operation)

    async def merge_stacks(
        self, char_id: int, item_id: int, into_id: int, *, op_id: str | None = None
    ) -> Outcome[MergeResult]:
        operation = ops.MergeStacks(**self._stamp(op_id), item_id=item_id, into_id=into_id)
        return await self.runner.execute(char_id, operation)

    async def lock_item(self, char_id: int, item_id: int, *, op_id: str | None = None) -> Outcome[LockResult]:
        return await self.runner.execute(
            char_id, ops.LockItem(**self._stamp(op_id), item_id=item_id, locked=True)
        )

    async def unlock_item(
        self, char_id: int, item_id: int, *, op_id: str | None = None
    ) -> Outcome[LockResult]:
        return await self.runner.execute(
            char_id, ops.LockItem(**self._stamp(op_id), item_id=item_id, locked=False)
        )

    async def add_item(
        self, char_id: int, base_id: str, quantity: int, *, op_id: str | None = None
    ) -> Outcome[AddItemResult]:
        return await self.runner.execute(char_id, self.additions.add(base_id, quantity, op_id))

    async def add_or_keep(self, char_id: int, base_id: str, quantity: int, key: str) -> Added:
        """Add items now if they fit; if not, they wait in the inbox. Either happens once for a `key`.

        Both go through the inbox, or an attempt that was cut short could do the other as well.
        """
        grant = (await self.grant(char_id, base_id, quantity, None, key=key)).grant
        operation = self.additions.deliver(grant)
        async with self.unit_of_work() as unit:
            # A session forgets old operations, the ledger does not.
            if done := await unit.inventories.operation(char_id, operation.op_id):
                return Added(decode_result(ops.AddItem, done.result))
        try:
            outcome = await self.runner.execute(char_id, operation)
        except OperationRefusedError:
            await self.runner.keep_waiting(grant)
            return Added(None)
        return Added(outcome.result)

    async def change_health(
        self, char_id: int, amount: int, *, op_id: str | None = None, first: bool = False
    ) -> Outcome[ChangeHealthResult]:
        operation = ops.ChangeHealth(**self._stamp(op_id), amount=amount)
        return await self.runner.execute(char_id, operation, first=first)

    async def sync_inventory(self, char_id: int, *, leaving: bool = False) -> SyncResult:
        return await self.runner.sessions.sync_to_db(char_id, leaving=leaving)

    async def discard(self, char_id: int) -> None:
        await self.runner.sessions.discard(char_id)

    async def undo(self, char_id: int, of: str) -> Outcome[UndoResult]:
        """Take back an operation; as often as it is asked for, once.

        Raises:
            CannotUndoError: it cannot be taken back, or not any more.

        """
        return await self.runner.run(char_id, ops.undo_id(of), ops.Undo, partial(self.history.undo, op_id=of))

    async def revert(self, char_id: int, of: str) -> Outcome[RevertResult]:
        """Take back an operation that moved or used something; as often as it is asked for, once.

        Raises:
            CannotUndoError: it cannot be taken back, or not any more.

        """
        resolve = partial(self.history.revert, op_id=of)
        return await self.runner.run(char_id, ops.undo_id(of), ops.Revert, resolve)

    async def parked(self) -> tuple[int, ...]:
        return await self.runner.sessions.parked()

    async def release(self, char_id: int) -> bool:
        return await self.runner.sessions.release(char_id)

    async def grant(
        self, char_id: int, base_id: str, quantity: int, unit: GrantUnit | None, *, key: str | None = None
    ) -> Granted:
        """Raises UnknownItemError; CharacterNotFoundError only in a transaction of its own."""
        if self.catalog.current.get(base_id) is None:
            raise UnknownItemError(base_id)
        if unit is not None:
            return Granted(await unit.inventories.grant(char_id, base_id, quantity, key))
        async with self.unit_of_work() as own:
            if await own.inventories.row(char_id) is None:
                raise CharacterNotFoundError(char_id)
            granted = Granted(await own.inventories.grant(char_id, base_id, quantity, key))
            await own.commit()
        return granted

    async def deliver(self, grant: InboxGrant) -> bool:
        """Bring a grant into its session, once. False: it does not fit and waits, or there is nobody left."""
        try:
            await self.runner.execute(grant.char_id, self.additions.deliver(grant))
        except (InventoryFullError, TooHeavyError):
            await self.runner.keep_waiting(grant)
            return False
        except (OperationRefusedError, CharacterNotFoundError):
            return False
        return True

    def _stamp(self, op_id: str | None) -> Mapping[str, Any]:
        return {"op_id": op_id or single_use(self.ids.token()), "at": int(self.clock.now())}
