"""The inventory's door: checks what comes in and speaks in the module's own errors. Holds no rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from apps.game_core.modules.inventory.contracts import (
    Added,
    AddItem,
    Answered,
    BackpackPage,
    Belongings,
    CountPieces,
    DiscardInventory,
    GiveItem,
    Grant,
    Granted,
    GrantUnit,
    InventoryReader,
    InventoryView,
    ItemDetails,
    Junk,
    ListParked,
    LookAtBackpack,
    LookAtBelongings,
    LookAtJunk,
    LookAtRoom,
    Outcome,
    Perform,
    PerformOnce,
    ReleaseParked,
    SyncInventory,
    SyncResult,
    ViewInventory,
)
from apps.game_core.modules.inventory.input_checks import (
    identity,
    integer,
    operation_id,
    rolled,
    text,
    wished,
)
from apps.game_core.modules.inventory.inventory.gift import PLAIN, Gift, Roll
from apps.game_core.modules.inventory.inventory.limits import MAX_AT_ONCE, MAX_ID, MAX_QUANTITY, Within
from apps.game_core.modules.inventory.inventory.logic.inventory_service import InventoryService
from apps.game_core.modules.inventory.inventory.operation import Result
from apps.game_core.modules.inventory.inventory.vocabulary import Vocabulary
from apps.game_core.modules.inventory.inventory.wishes import Wish
from apps.game_core.system.core_router import CoreRouter

__all__ = ["MAX_AT_ONCE", "MAX_QUANTITY", "InventoryGateway"]

R = TypeVar("R", bound=Result)
_QUANTITY = Within(1, MAX_QUANTITY)
_VERSION = Within(0, MAX_ID)


@dataclass(frozen=True, slots=True)
class InventoryGateway(Vocabulary):
    """What handlers and other modules call.

    Raises, beside what the service raises: InvalidInputError for a value of the wrong type or range.
    """

    service: InventoryService

    def register(self, router: CoreRouter) -> None:
        router.register(ViewInventory, self._on_view)
        router.register(LookAtBelongings, self._on_belongings)
        router.register(LookAtBackpack, self._on_backpack)
        router.register(LookAtRoom, self._on_room)
        router.register(LookAtJunk, self._on_junk)
        router.register(CountPieces, self._on_count)
        router.register(SyncInventory, self._on_sync)
        router.register(GiveItem, self._on_add_item)
        router.register(Perform, self._on_perform)
        router.register(PerformOnce, self._on_perform_once)
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

    async def perform(
        self, char_id: int, wish: Wish[R], *, op_id: str | None = None, since: int = 0
    ) -> Outcome[R]:
        key, owner = None if op_id is None else operation_id("op_id", op_id), identity("char_id", char_id)
        asked, version = wished("wish", wish), integer(_VERSION, "since", since)
        return await self.service.perform(owner, asked, op_id=key, since=version)

    async def add_or_keep(
        self,
        char_id: int,
        base_id: str,
        quantity: int,
        *,
        key: str,
        announced: bool = False,
        roll: Roll = PLAIN,
    ) -> Added:
        """Add items, or leave them in the inbox until they fit: once for a `key`, however often asked.

        `announced`: the caller tells the player of what is added now; what comes later is news.
        """
        return await self.service.add_or_keep(
            identity("char_id", char_id),
            _gift(base_id, quantity, roll),
            operation_id("key", key),
            announced=announced,
        )

    async def grant(
        self,
        char_id: int,
        base_id: str,
        quantity: int,
        *,
        unit: GrantUnit | None = None,
        key: str | None = None,
        roll: Roll = PLAIN,
    ) -> Granted:
        """Put items into the player's inbox, within the caller's transaction if there is one."""
        return await self.service.grant(
            identity("char_id", char_id),
            _gift(base_id, quantity, roll),
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

    async def _on_belongings(self, context: LookAtBelongings) -> Belongings:
        return (await self.open(context.char_id)).belongings()

    async def _on_backpack(self, context: LookAtBackpack) -> BackpackPage:
        return (await self.open(context.char_id)).backpack(context.query)

    async def _on_room(self, context: LookAtRoom) -> int:
        return (await self.open(context.char_id)).room(text("base_id", context.base_id))

    async def _on_junk(self, context: LookAtJunk) -> Junk:
        return (await self.open(context.char_id)).junk()

    async def _on_count(self, context: CountPieces) -> Mapping[str, int]:
        return (await self.open(context.char_id)).pieces()

    async def _on_sync(self, context: SyncInventory) -> SyncResult:
        return await self.sync_inventory(context.char_id)

    async def _on_perform(self, context: Perform[R]) -> R:
        """For another module: whom it concerns is not shown the inventory."""
        outcome = await self._unseen(context.char_id, context.wish, context.op_id, context.since)
        return outcome.result

    async def _on_perform_once(self, context: PerformOnce[R]) -> Answered[R]:
        outcome = await self._unseen(context.char_id, context.wish, context.op_id, context.since)
        return Answered(outcome.result, outcome.repeated)

    async def _on_add_item(self, context: GiveItem) -> Added:
        what, announced = (context.char_id, context.base_id, context.quantity), context.announced
        roll = rolled("roll", context.roll)
        if context.or_inbox:
            return await self.add_or_keep(*what, key=context.op_id, announced=announced, roll=roll)
        wish = AddItem(
            base_id=context.base_id,
            quantity=context.quantity,
            rarity=roll.rarity,
            affixes=roll.affixes,
            bound=roll.bound,
            durability=roll.durability,
            announced=announced,
        )
        added = (await self._unseen(context.char_id, wish, context.op_id)).result
        return Added(added, Gift(added.base_id, added.quantity, roll))

    async def _unseen(self, char_id: int, wish: Wish[R], op_id: str, since: int = 0) -> Outcome[R]:
        key, owner = operation_id("op_id", op_id), identity("char_id", char_id)
        asked, version = wished("wish", wish), integer(_VERSION, "since", since)
        return await self.service.perform(owner, asked, op_id=key, since=version, unseen=True)

    async def _on_parked(self, _: ListParked) -> tuple[int, ...]:
        return await self.service.parked()

    async def _on_release(self, context: ReleaseParked) -> bool:
        return await self.service.release(identity("char_id", context.char_id))

    async def _on_grant(self, context: Grant) -> Granted:
        what = (context.char_id, context.base_id, context.quantity)
        return await self.grant(*what, unit=context.unit, key=context.key, roll=context.roll)


def _gift(base_id: str, quantity: int, roll: Roll) -> Gift:
    what = text("base_id", base_id), integer(_QUANTITY, "quantity", quantity)
    return Gift(*what, rolled("roll", roll))
