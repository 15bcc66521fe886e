"""Operations that bring new items, with ids enough for every stack they may need."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.inventory.operation_ids import inbox_id
from apps.game_core.modules.inventory.inventory.rules.adding import MAX_ADD, AddItem
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive
from apps.game_core.modules.inventory.ports import CatalogProvider
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.system.protocols import Clock, IdMaker


@dataclass(frozen=True, slots=True)
class Additions:
    catalog: CatalogProvider
    clock: Clock
    ids: IdMaker

    def ids_for(self, base_id: str, quantity: int) -> tuple[int, ...]:
        """New ids, enough for so many pieces."""
        entry = self.catalog.current.get(base_id)
        stacks = -(-quantity // entry.max_stack) if entry and 0 < quantity <= MAX_ADD else 0
        return tuple(self.ids.item_id() for _ in range(stacks))

    def deliver(self, grant: InboxGrant) -> AddItem | Receive:
        """What brings a row of the inbox into the bag."""
        if grant.parcel is None:
            return self.add(grant)
        return Receive(op_id=inbox_id(grant.inbox_id), at=int(self.clock.now()), parcel=grant.parcel)

    def add(self, grant: InboxGrant) -> AddItem:
        return AddItem(
            op_id=inbox_id(grant.inbox_id),
            at=int(self.clock.now()),
            base_id=grant.base_id,
            quantity=grant.quantity,
            new_ids=self.ids_for(grant.base_id, grant.quantity),
            rarity=grant.roll.rarity,
            affixes=grant.roll.affixes,
            bound=grant.roll.bound,
        )
