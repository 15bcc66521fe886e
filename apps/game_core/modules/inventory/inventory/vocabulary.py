"""The customer's names for operations."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Coroutine
from typing import Any, TypeAlias, TypeVar

from apps.game_core.modules.inventory.contracts import Outcome
from apps.game_core.modules.inventory.inventory import wishes
from apps.game_core.modules.inventory.inventory.model import Source
from apps.game_core.modules.inventory.inventory.operation import Result
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem, AddItemResult
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable, UseConsumableResult
from apps.game_core.modules.inventory.inventory.rules.dropping import (
    DropItem,
    DropMany,
    DropManyResult,
    DropResult,
)
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem, LockResult
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSetResult
from apps.game_core.modules.inventory.inventory.rules.quick_slots import (
    MoveFromQuickSlot,
    MoveToQuickSlot,
    QuickSlotResult,
)
from apps.game_core.modules.inventory.inventory.rules.stacks import (
    MergeResult,
    MergeStacks,
    SplitResult,
    SplitStack,
)
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import RevertResult
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import UndoResult
from apps.game_core.modules.inventory.inventory.rules.wearing import (
    EquipItem,
    EquipResult,
    UnequipItem,
    UnequipResult,
)
from apps.game_core.modules.inventory.inventory.wishes import Wish
from apps.game_core.modules.items.contracts import Slot

R = TypeVar("R", bound=Result)
Answer: TypeAlias = Coroutine[Any, Any, Outcome[R]]


class Vocabulary(ABC):
    """Each call makes a value and has it performed. `op_id` is the caller's idempotency key.

    An operation that has no name here is performed as a value: `perform(char_id, EquipItem(item_id=5))`.
    """

    __slots__ = ()

    @abstractmethod
    async def perform(
        self, char_id: int, wish: Wish[R], *, op_id: str | None = None, since: int = 0
    ) -> Outcome[R]:
        """Do what is wished for, once for an `op_id`. `since` as in `Perform`."""

    def equip_item(
        self, char_id: int, item_id: int, slot: Slot | None = None, *, op_id: str | None = None
    ) -> Answer[EquipResult]:
        return self.perform(char_id, EquipItem(item_id=item_id, slot=slot), op_id=op_id)

    def wear_best(self, char_id: int, shown: int, *, op_id: str | None = None) -> Answer[WearSetResult]:
        return self.perform(char_id, wishes.WearBest(shown=shown), op_id=op_id)

    def unequip_item(self, char_id: int, slot: Slot, *, op_id: str | None = None) -> Answer[UnequipResult]:
        return self.perform(char_id, UnequipItem(slot=slot), op_id=op_id)

    def use_consumable(
        self,
        char_id: int,
        item_id: int,
        source: Source = Source.BACKPACK,
        slot_index: int | None = None,
        *,
        in_combat: bool = False,
        op_id: str | None = None,
    ) -> Answer[UseConsumableResult]:
        use = UseConsumable(item_id=item_id, source=source, slot_index=slot_index, in_combat=in_combat)
        return self.perform(char_id, use, op_id=op_id)

    def move_to_quick_slot(
        self, char_id: int, item_id: int, slot_index: int, *, op_id: str | None = None
    ) -> Answer[QuickSlotResult]:
        move = MoveToQuickSlot(item_id=item_id, slot_index=slot_index)
        return self.perform(char_id, move, op_id=op_id)

    def move_from_quick_slot(
        self, char_id: int, slot_index: int, *, op_id: str | None = None
    ) -> Answer[QuickSlotResult]:
        return self.perform(char_id, MoveFromQuickSlot(slot_index=slot_index), op_id=op_id)

    def drop_item(
        self, char_id: int, item_id: int, quantity: int | None = None, *, op_id: str | None = None
    ) -> Answer[DropResult]:
        return self.perform(char_id, DropItem(item_id=item_id, quantity=quantity), op_id=op_id)

    def drop_many(
        self, char_id: int, item_ids: Collection[int], *, op_id: str | None = None
    ) -> Answer[DropManyResult]:
        """Whole stacks, all of them or none."""
        return self.perform(char_id, DropMany(item_ids=tuple(item_ids)), op_id=op_id)

    def split_stack(
        self, char_id: int, item_id: int, quantity: int, *, op_id: str | None = None
    ) -> Answer[SplitResult]:
        return self.perform(char_id, SplitStack(item_id=item_id, quantity=quantity), op_id=op_id)

    def merge_stacks(
        self, char_id: int, item_id: int, into_id: int, *, op_id: str | None = None
    ) -> Answer[MergeResult]:
        return self.perform(char_id, MergeStacks(item_id=item_id, into_id=into_id), op_id=op_id)

    def lock_item(self, char_id: int, item_id: int, *, op_id: str | None = None) -> Answer[LockResult]:
        return self.perform(char_id, LockItem(item_id=item_id), op_id=op_id)

    def unlock_item(self, char_id: int, item_id: int, *, op_id: str | None = None) -> Answer[LockResult]:
        return self.perform(char_id, LockItem(item_id=item_id, locked=False), op_id=op_id)

    def add_item(
        self, char_id: int, base_id: str, quantity: int, *, op_id: str | None = None
    ) -> Answer[AddItemResult]:
        return self.perform(char_id, AddItem(base_id=base_id, quantity=quantity), op_id=op_id)

    def undo(self, char_id: int, of: str) -> Answer[UndoResult]:
        """Take back a drop, within 30 seconds; as often as it is asked for, once.

        Raises:
            CannotUndoError: it cannot be taken back, or not any more.

        """
        return self.perform(char_id, wishes.TakeBackDrop(of=of))

    def revert(self, char_id: int, of: str) -> Answer[RevertResult]:
        """Take back what moved or used something, as `undo` does with drops."""
        return self.perform(char_id, wishes.PutBack(of=of))
