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
from apps.game_core.modules.inventory.inventory.logic.inventory_service import InventoryService
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.system.core_router import CoreRouter

MAX_ID = 2**63 - 1
MAX_QUANTITY = 10_000
MAX_QUICK_SLOT = 9
MAX_OP_ID = 128
MAX_DROPPED = 1_000

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
        return await self.service.open(_identity("char_id", char_id))

    async def view(self, char_id: int) -> InventoryView:
        return (await self.open(char_id)).view()

    async def get_item_details(self, char_id: int, item_id: int) -> ItemDetails:
        return await self.service.get_item_details(
            _identity("char_id", char_id), _identity("item_id", item_id)
        )

    async def equip_item(
        self, char_id: int, item_id: int, slot: str | None = None, *, op_id: str | None = None
    ) -> Outcome[EquipResult]:
        wanted = None if slot is None else _slot(slot)
        return await self.service.equip_item(*_pair(char_id, item_id), wanted, op_id=_op_id(op_id))

    async def wear_best(
        self, char_id: int, asked: int, *, op_id: str | None = None
    ) -> Outcome[WearSetResult]:
        """Put on the best set there is: the one with fingerprint `asked`, or none."""
        named = _integer("asked", asked, 0, MAX_ID)
        return await self.service.wear_best(_identity("char_id", char_id), named, op_id=_op_id(op_id))

    async def unequip_item(
        self, char_id: int, slot: str, *, op_id: str | None = None
    ) -> Outcome[UnequipResult]:
        return await self.service.unequip_item(
            _identity("char_id", char_id), _slot(slot), op_id=_op_id(op_id)
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
        index = None if slot_index is None else _slot_index(slot_index)
        return await self.service.use_consumable(
            *_pair(char_id, item_id), _source(source), index, in_combat=in_combat, op_id=_op_id(op_id)
        )

    async def move_to_quick_slot(
        self, char_id: int, item_id: int, slot_index: int, *, op_id: str | None = None
    ) -> Outcome[QuickSlotResult]:
        return await self.service.move_to_quick_slot(
            *_pair(char_id, item_id), _slot_index(slot_index), op_id=_op_id(op_id)
        )

    async def move_from_quick_slot(
        self, char_id: int, slot_index: int, *, op_id: str | None = None
    ) -> Outcome[QuickSlotResult]:
        return await self.service.move_from_quick_slot(
            _identity("char_id", char_id), _slot_index(slot_index), op_id=_op_id(op_id)
        )

    async def drop_item(
        self, char_id: int, item_id: int, quantity: int | None = None, *, op_id: str | None = None
    ) -> Outcome[DropResult]:
        amount = None if quantity is None else _quantity(quantity)
        return await self.service.drop_item(*_pair(char_id, item_id), amount, op_id=_op_id(op_id))

    async def drop_many(
        self, char_id: int, item_ids: Collection[int], *, op_id: str | None = None
    ) -> Outcome[DropManyResult]:
        """Drop whole stacks, all of them or none; at most `MAX_DROPPED` at once."""
        if len(item_ids) > MAX_DROPPED:
            raise InvalidInputError("item_ids", len(item_ids))
        ids = tuple(sorted({_identity("item_id", item_id) for item_id in item_ids}))
        return await self.service.drop_many(_identity("char_id", char_id), ids, op_id=_op_id(op_id))

    async def split_stack(
        self, char_id: int, item_id: int, quantity: int, *, op_id: str | None = None
    ) -> Outcome[SplitResult]:
        return await self.service.split_stack(
            *_pair(char_id, item_id), _quantity(quantity), op_id=_op_id(op_id)
        )

    async def merge_stacks(
        self, char_id: int, item_id: int, into_id: int, *, op_id: str | None = None
    ) -> Outcome[MergeResult]:
        return await self.service.merge_stacks(
            *_pair(char_id, item_id), _identity("into_id", into_id), op_id=_op_id(op_id)
        )

    async def lock_item(self, char_id: int, item_id: int, *, op_id: str | None = None) -> Outcome[LockResult]:
        return await self.service.lock_item(*_pair(char_id, item_id), op_id=_op_id(op_id))

    async def unlock_item(
        self, char_id: int, item_id: int, *, op_id: str | None = None
    ) -> Outcome[LockResult]:
        return await self.service.unlock_item(*_pair(char_id, item_id), op_id=_op_id(op_id))

    async def add_item(
        self, char_id: int, base_id: str, quantity: int, *, op_id: str | None = None
    ) -> Outcome[AddItemResult]:
        return await self.service.add_item(
            _identity("char_id", char_id), _text("base_id", base_id), _quantity(quantity), op_id=_op_id(op_id)
        )

    async def add_or_keep(self, char_id: int, base_id: str, quantity: int, *, key: str) -> Added:
        """Add items, or leave them in the inbox until they fit: once for a `key`, however often asked."""
        return await self.service.add_or_keep(
            _identity("char_id", char_id), _text("base_id", base_id), _quantity(quantity), _text("key", key)
        )

    async def undo(self, char_id: int, of: str) -> Outcome[UndoResult]:
        """Take back the operation with id `of`: a drop, within 30 seconds."""
        return await self.service.undo(_identity("char_id", char_id), _text("of", of))

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
            _identity("char_id", char_id),
            _text("base_id", base_id),
            _quantity(quantity),
            unit,
            key=None if key is None else _text("key", key),
        )

    async def sync_inventory(self, char_id: int, *, leaving: bool = False) -> SyncResult:
        """Write what changed; `leaving` when the player closes the menu or goes elsewhere."""
        return await self.service.sync_inventory(_identity("char_id", char_id), leaving=leaving)

    async def _on_discard(self, context: DiscardInventory) -> None:
        await self.service.discard(_identity("char_id", context.char_id))

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
            *_pair(context.char_id, context.item_id),
            Source.QUICK_SLOT,
            _slot_index(context.slot_index),
            in_combat=True,
            op_id=_op_id(context.op_id),
            first=context.first,
        )
        return used.result

    async def _on_change_health(self, context: ChangeHealth) -> ChangeHealthResult:
        changed = await self.service.change_health(
            _identity("char_id", context.char_id),
            _integer("amount", context.amount, -MAX_QUANTITY, MAX_QUANTITY),
            op_id=_op_id(context.op_id),
            first=context.first,
        )
        return changed.result

    async def _on_parked(self, _: ListParked) -> tuple[int, ...]:
        return await self.service.parked()

    async def _on_release(self, context: ReleaseParked) -> bool:
        return await self.service.release(_identity("char_id", context.char_id))

    async def _on_grant(self, context: Grant) -> Granted:
        what = (context.char_id, context.base_id, context.quantity)
        return await self.grant(*what, unit=context.unit, key=context.key)


def _integer(field: str, value: object, least: int, most: int) -> int:
    # bool is an int to Python, not to a player
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidInputError(field, value)
    return value


def _identity(field: str, value: object) -> int:
    return _integer(field, value, 1, MAX_ID)


def _pair(char_id: object, item_id: object) -> tuple[int, int]:
    return _identity("char_id", char_id), _identity("item_id", item_id)


def _quantity(value: object) -> int:
    return _integer("quantity", value, 1, MAX_QUANTITY)


def _slot_index(value: object) -> int:
    return _integer("slot_index", value, 0, MAX_QUICK_SLOT)


def _text(field: str, value: object) -> str:
    # PostgreSQL stores no NUL
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_OP_ID or "\x00" in value:
        raise InvalidInputError(field, value)
    return value


def _op_id(value: object) -> str | None:
    return None if value is None else _text("op_id", value)


def _slot(value: object) -> Slot:
    try:
        return Slot(_text("slot", value))
    except ValueError as error:
        raise InvalidInputError("slot", value) from error


def _source(value: object) -> Source:
    try:
        return Source(_text("source", value))
    except ValueError as error:
        raise InvalidInputError("source", value) from error
