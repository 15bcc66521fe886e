"""Operations that bring new items, with ids enough for every stack they may need."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.inventory.operation_ids import single_use
from apps.game_core.modules.inventory.inventory.operations import AddItem, inbox_id
from apps.game_core.modules.inventory.inventory.rules.stacks import MAX_ADD
from apps.game_core.modules.inventory.ports import CatalogProvider
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.system.protocols import Clock, IdMaker


@dataclass(frozen=True, slots=True)
class Additions:
    catalog: CatalogProvider
    clock: Clock
    ids: IdMaker

    def add(self, base_id: str, quantity: int, op_id: str | None) -> AddItem:
        entry = self.catalog.current.get(base_id)
        stacks = -(-quantity // entry.max_stack) if entry and 0 < quantity <= MAX_ADD else 0
        return AddItem(
            op_id=op_id or single_use(self.ids.token()),
            at=int(self.clock.now()),
            base_id=base_id,
            quantity=quantity,
            new_ids=tuple(self.ids.item_id() for _ in range(stacks)),
        )

    def deliver(self, grant: InboxGrant) -> AddItem:
        return self.add(grant.base_id, grant.quantity, inbox_id(grant.inbox_id))
