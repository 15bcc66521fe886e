"""What a card needs to know of an item beside its row."""

from apps.game_core.modules.inventory.errors import Shortfall
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.wearing import missing_requirements
from apps.game_core.modules.items.contracts import Attribute, CatalogEntry
from apps.game_core.value import replace


def requirements(entry: CatalogEntry, session: InventorySession) -> dict[Attribute, Shortfall]:
    """All requirements, met or not."""
    nobody = replace(session.hero, level=0, strength=0)
    has = {Attribute.LEVEL: session.hero.level, Attribute.STRENGTH: session.hero.strength}
    needs = missing_requirements(entry, nobody)
    return {
        name: Shortfall(need.required, has[name])
        for name, need in needs.items()
        if name is not Attribute.LEVEL or need.required > 1
    }


def merge_target(session: InventorySession, item: Item, entry: CatalogEntry) -> int | None:
    others = (each for each in session.backpack if each.id != item.id and each.quantity < entry.max_stack)
    return next((each.id for each in others if each.stacks_with(item)), None)
