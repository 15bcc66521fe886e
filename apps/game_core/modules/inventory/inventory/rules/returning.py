"""Pieces that come back to where they were."""

from collections.abc import Sequence

from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    InventorySession,
    Item,
    adding,
    with_item,
)
from apps.game_core.modules.inventory.inventory.rules.counting import kind
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.value import replace


def put_back(
    session: InventorySession, back: Item, new_id: int, rules: Rules
) -> tuple[InventorySession, Item]:
    """Return `back` to its stack in the backpack; under `new_id` beside one that is full, moved or laid."""
    here = found(session, back.id)
    if here is None:
        taken = any(item.position == back.position for item in session.backpack)
        changed = adding(session, back, position=None if taken else back.position)
        return changed, back
    entry = rules.catalog.get(back.base_id)
    grown = replace(here, quantity=here.quantity + back.quantity)
    fits = entry is not None and grown.quantity <= entry.max_stack
    if fits and session.in_backpack(here.id) and not _on_the_table(session, here.id):
        return with_item(session, grown), grown
    apart = replace(back, id=new_id)
    return adding(session, apart), apart


def _on_the_table(session: InventorySession, item_id: int) -> bool:
    return session.half is not None and any(each.id == item_id for each in session.half.items)


def found(session: InventorySession, item_id: int) -> Item | None:
    return next((placed.item for placed in session.placed() if placed.item.id == item_id), None)


def returned_deed(deed: Deed, backs: Sequence[Item], new_ids: Sequence[int], items: Sequence[Item]) -> None:
    """Pieces came back: to their stack, which `before` shows, in its place, or beside it under a new id."""
    deed.claim(len(backs) == len(items), "more or fewer stacks came back than there were")
    for back, new_id, item in zip(backs, new_ids, items, strict=False):
        deed.claim(kind(back) == kind(item), f"item {item.id} is of another kind than what came back")
        if item.id in deed.before:
            position = deed.met(replace(item, quantity=item.quantity - back.quantity), BACKPACK)
            deed.put(item, BACKPACK, position)
            continue
        deed.claim(item.id in (back.id, new_id), f"item {item.id} is none that could come back")
        deed.claim(item.quantity == back.quantity, f"item {item.id} came back with more or fewer pieces")
        if item.id == back.id and not deed.taken(back.position):
            deed.make(item, back.position)
        else:
            deed.make(item, deed.next_position())
