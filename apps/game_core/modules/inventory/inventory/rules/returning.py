"""Pieces that come back to where they were."""

from dataclasses import replace

from apps.game_core.modules.inventory.inventory.model import InventorySession, Item, adding, with_item
from apps.game_core.modules.inventory.inventory.rules.values import Rules


def put_back(
    session: InventorySession, back: Item, new_id: int, rules: Rules
) -> tuple[InventorySession, Item]:
    """Return `back` to its stack in the backpack, under `new_id` beside it where it no longer fits."""
    here = found(session, back.id)
    if here is None:
        taken = any(item.position == back.position for item in session.backpack)
        changed = adding(session, back, position=None if taken else back.position)
        return changed, back
    entry = rules.catalog.get(back.base_id)
    grown = replace(here, quantity=here.quantity + back.quantity)
    if session.in_backpack(here.id) and entry is not None and grown.quantity <= entry.max_stack:
        return with_item(session, grown), grown
    apart = replace(back, id=new_id)
    return adding(session, apart), apart


def found(session: InventorySession, item_id: int) -> Item | None:
    return next((placed.item for placed in session.placed() if placed.item.id == item_id), None)
