"""Items for inventories that do not exist yet, laid out by the same rules as any other."""

from collections.abc import Iterable

from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.model import (
    Hero,
    InventorySession,
    Limits,
    PlacedItem,
    Vitals,
)
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.system.protocols import IdMaker

_STRONG = 100


def lay_out(kit: Iterable[tuple[str, int]], rules: Rules, ids: IdMaker, now: int) -> tuple[PlacedItem, ...]:
    """Place pairs of base_id and quantity in an empty backpack; `now` in Unix seconds."""
    session = InventorySession(
        char_id=0,
        loaded_at=now,
        version=0,
        hero=Hero("", 1, _STRONG, 1),
        vitals=Vitals(1),
        limits=Limits(),
        equipped=dict.fromkeys(Slot),
        backpack=(),
        quick_slots=(),
    )
    for base_id, quantity in kit:
        new_ids = tuple(ids.item_id() for _ in range(quantity))
        operation = AddItem(op_id="", at=now, base_id=base_id, quantity=quantity, new_ids=new_ids)
        session, _ = apply(session, operation, rules)
    return tuple(session.placed())
