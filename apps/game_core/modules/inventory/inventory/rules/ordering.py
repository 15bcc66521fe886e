"""The order of what lies in the backpack."""

from dataclasses import replace

from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operations import SortBackpack
from apps.game_core.modules.inventory.inventory.results import SortResult
from apps.game_core.modules.inventory.inventory.rules.values import Rules


def sort(session: InventorySession, operation: SortBackpack, _: Rules) -> tuple[InventorySession, SortResult]:
    """What is asked for and there takes the places of one another; everything else stays where it is."""
    there = {item.id: item for item in session.backpack}
    asked = [there[item_id] for item_id in operation.order if item_id in there]
    places = sorted(item.position for item in asked)
    moved = {item.id: place for item, place in zip(asked, places, strict=True) if item.position != place}
    placed = (
        replace(item, position=moved[item.id]) if item.id in moved else item for item in session.backpack
    )
    backpack = tuple(sorted(placed, key=lambda item: item.position))
    return replace(session, backpack=backpack), SortResult(moved)
