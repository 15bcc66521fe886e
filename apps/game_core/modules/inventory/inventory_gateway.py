"""The inventory's door: checks what comes in and speaks in the module's own errors. Holds no rules."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from apps.game_core.modules.inventory.contracts import (
    Added,
    AddItem,
    AddItemResult,
    ChangeHealth,
    ChangeHealthResult,
    DiscardInventory,
    DropManyResult,
    DropResult,
    EquipResult,
    Grant,
    Granted,
    GrantUnit,
    InventoryReader,
    InventoryView,
    ItemDetails,
    ListParked,
    LockResult,
    MergeResult,
    Outcome,
    QuickSlotResult,
    ReleaseParked,
    RevertResult,
    Source,
    SplitResult,
    SyncInventory,
    SyncResult,
    UndoResult,
    UnequipResult,
    UseConsumableResult,
    UseInCombat,
    ViewInventory,
    WearSetResult,
)
from apps.game_core.modules.inventory.errors import InvalidInputError
from apps.game_core.modules.inventory.input_checks import (
    MAX_DROPPED,
    MAX_ID,
    MAX_QUANTITY,
    identity,
    integer,
    key_of,
    pair,
    quantity_of,
    slot_index_of,
    slot_named,
    source_named,
    text,
)
from apps.game_core.modules.inventory.inventory.logic.inventory_service import InventoryService
from apps.game_core.system.core_router import CoreRouter

__all__ = ["MAX_DROPPED", "MAX_QUANTITY", "InventoryGateway"]

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class InventoryGateway:
    """What handlers and other modules call.

    Raises, beside what the service raises: InvalidInputError for a value of the wrong type or range.
    """

    service: InventoryService

    def register(self, router: CoreRouter) -> None:
        router.register(ViewInventory, self._on_view)
        router.register(SyncInventory, self._on_sync)
        router.register(AddItem, self._on_add_item)
        router.register(UseInCombat, self._on_use_in_combat)
        router.register(ChangeHealth, self._on_change_health)
        router.register(DiscardInventory, self._on_discard)
        router.register(Grant, self._on_grant)
        router.register(ListParked, self._on_parked)
        router.register(ReleaseParked, self._on_release)

    async def open(self, char_id: int) -> InventoryReader:
        return await self.service.open(identity("char_id", char_id))

    async def view(self, char_id: int) -> InventoryView:
        return (await self.open(char_id)).view()

    async def get_item_details(self, char_id: int, item_id: int) -> ItemDetails:
        return await self.service.get_item_details(identity("char_id", char_id), identity("item_id", item_id))

    async def equip_item(
        self, char_id: int, item_id: int, slot: str | None = None, *, op_id: str | None = None
    ) -> Outcome[EquipResult]:
        wanted = None if slot is None else slot_named(slot)
        return await self.service.equip_item(*pair(char_id, item_id), wanted, op_id=key_of(op_id))

    async def wear_best(
        self, char_id: int, asked: int, *, op_id: str | None = None
    ) -> Outcome[WearSetResult]:
        """Put on the best set there is: the one with fingerprint `asked`, or none."""
        named = integer("asked", asked, 0, MAX_ID)
        return await self.service.wear_best(identity("char_id", char_id), named, op_id=key_of(op_id))

    async def unequip_item(
        self, char_id: int, slot: str, *, op_id: str | None = None
    ) -> Outcome[UnequipResult]:
        return await self.service.unequip_item(
            identity("char_id", char_id), slot_named(slot), op_id=key_of(op_id)
        )

    async def use_consumable(
        self,
        char_id: int,
        item_id: int,
        source: str = Source.BACKPACK,
        slot_index: int | None = None,
        *,
        in_combat: bool = False,
        op_id: str | None = None,
    ) -> Outcome[UseConsumableResult]:
        index = None if slot_index is None else slot_index_of(slot_index)
        return await self.service.use_consumable(
            *pair(char_id, item_id),
            source_named(source),
            index,
            in_combat=in_combat,
            op_id=key_of(op_id),
        )

    async def move_to_quick_slot(
        self, char_id: int, item_id: int, slot_index: int, *, op_id: str | None = None
    ) -> Outcome[QuickSlotResult]:
        return await self.service.move_to_quick_slot(
            *pair(char_id, item_id), slot_index_of(slot_index), op_id=key_of(op_id)
        )

    async def move_from_quick_slot(
        self, char_id: int, slot_index: int, *, op_id: str | None = None
    ) -> Outcome[QuickSlotResult]:
        return await self.service.move_from_quick_slot(
            identity("char_id", char_id), slot_index_of(slot_index), op_id=key_of(op_id)
        )

    async def drop_item(
        self, char_id: int, item_id: int, quantity: int | None = None, *, op_id: str | None = None
    ) -> Outcome[DropResult]:
        amount = None if quantity is None else quantity_of(quantity)
        return await self.service.drop_item(*pair(char_id, item_id), amount, op_id=key_of(op_id))

    async def drop_many(
        self, char_id: int, item_ids: Collection[int], *, op_id: str | None = None
    ) -> Outcome[DropManyResult]:
        """Drop whole stacks, all of them or none; at most `MAX_DROPPED` at once."""
        if len(item_ids) > MAX_DROPPED:
            raise InvalidInputError("item_ids", len(item_ids))
        ids = tuple(sorted({identity("item_id", item_id) for item_id in item_ids}))
        return await self.service.drop_many(identity("char_id", char_id), ids, op_id=key_of(op_id))

    async def split_stack(
        self, char_id: int, item_id: int, quantity: int, *, op_id: str | None = None
    ) -> Outcome[SplitResult]:
        return await self.service.split_stack(
            *pair(char_id, item_id), quantity_of(quantity), op_id=key_of(op_id)
        )

    async def merge_stacks(
        self, char_id: int, item_id: int, into_id: int, *, op_id: str | None = None
    ) -> Outcome[MergeResult]:
        return await self.service.merge_stacks(
            *pair(char_id, item_id), identity("into_id", into_id), op_id=key_of(op_id)
        )

    async def lock_item(self, char_id: int, item_id: int, *, op_id: str | None = None) -> Outcome[LockResult]:
        return await self.service.lock_item(*pair(char_id, item_id), op_id=key_of(op_id))

    async def unlock_item(
        self, char_id: int, item_id: int, *, op_id: str | None = None
    ) -> Outcome[LockResult]:
        return await self.service.unlock_item(*pair(char_id, item_id), op_id=key_of(op_id))

    async def add_item(
        self, char_id: int, base_id: str, quantity: int, *, op_id: str | None = None
    ) -> Outcome[AddItemResult]:
        return await self.service.add_item(
            identity("char_id", char_id),
            text("base_id", base_id),
            quantity_of(quantity),
            op_id=key_of(op_id),
        )

    async def add_or_keep(self, char_id: int, base_id: str, quantity: int, *, key: str) -> Added:
        """Add items, or leave them in the inbox until they fit: once for a `key`, however often asked."""
        return await self.service.add_or_keep(
            identity("char_id", char_id), text("base_id", base_id), quantity_of(quantity), text("key", key)
        )

    async def undo(self, char_id: int, of: str) -> Outcome[UndoResult]:
        """Take back the operation with id `of`: a drop, within 30 seconds."""
        return await self.service.undo(identity("char_id", char_id), text("of", of))

    async def revert(self, char_id: int, of: str) -> Outcome[RevertResult]:
        """Take back the operation with id `of`, which moved or used something, within 30 seconds."""
        return await self.service.revert(identity("char_id", char_id), text("of", of))

    async def grant(
        self,
        char_id: int,
        base_id: str,
        quantity: int,
        *,
        unit: GrantUnit | None = None,
        key: str | None = None,
    ) -> Granted:
        """Put items into the player's inbox, within the caller's transaction if there is one."""
        return await self.service.grant(
            identity("char_id", char_id),
            text("base_id", base_id),
            quantity_of(quantity),
            unit,
            key=None if key is None else text("key", key),
        )

    async def sync_inventory(self, char_id: int, *, leaving: bool = False) -> SyncResult:
        """Write what changed; `leaving` when the player closes the menu or goes elsewhere."""
        return await self.service.sync_inventory(identity("char_id", char_id), leaving=leaving)

    async def _on_discard(self, context: DiscardInventory) -> None:
        await self.service.discard(identity("char_id", context.char_id))

    async def _on_view(self, context: ViewInventory) -> InventoryView:
        return await self.view(context.char_id)

    async def _on_sync(self, context: SyncInventory) -> SyncResult:
        return await self.sync_inventory(context.char_id)

    async def _on_add_item(self, context: AddItem) -> Added:
        what = (context.char_id, context.base_id, context.quantity)
        if context.or_inbox:
            return await self.add_or_keep(*what, key=context.op_id)
        return Added((await self.add_item(*what, op_id=context.op_id)).result)

    async def _on_use_in_combat(self, context: UseInCombat) -> UseConsumableResult:
        used = await self.service.use_consumable(
            *pair(context.char_id, context.item_id),
            Source.QUICK_SLOT,
            slot_index_of(context.slot_index),
            in_combat=True,
            op_id=key_of(context.op_id),
            first=context.first,
        )
        return used.result

    async def _on_change_health(self, context: ChangeHealth) -> ChangeHealthResult:
        changed = await self.service.change_health(
            identity("char_id", context.char_id),
            integer("amount", context.amount, -MAX_QUANTITY, MAX_QUANTITY),
            op_id=key_of(context.op_id),
            first=context.first,
        )
        return changed.result

    async def _on_parked(self, _: ListParked) -> tuple[int, ...]:
        return await self.service.parked()

    async def _on_release(self, context: ReleaseParked) -> bool:
        return await self.service.release(identity("char_id", context.char_id))

    async def _on_grant(self, context: Grant) -> Granted:
        what = (context.char_id, context.base_id, context.quantity)
        return await self.grant(*what, unit=context.unit, key=context.key)
