"""Rows of what the catalog does not know any more."""

from apps.game_core.modules.inventory.inventory.logic.showing.junk import is_junk
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.inventory.views import ItemView

UNKNOWN_ICON = "❔"


def unknown_row(item: Item) -> ItemView:
    return ItemView(
        id=item.id,
        base_id=item.base_id,
        known=False,
        name=item.base_id,
        icon=UNKNOWN_ICON,
        type=None,
        subtype="",
        rarity=item.rarity,
        quantity=item.quantity,
        level=0,
        value=0,
        weight=0,
        locked=item.locked,
        junk=is_junk(item),
        is_new=False,
        is_quest=False,
        consumable=False,
        usable_in_combat=False,
        wasted=False,
        slots=(),
        wearable=False,
        durability=item.durability,
        verdict=None,
        gain=0.0,
        acquired_at=item.acquired_at,
        affixes=item.affixes,
        as_made=item.durability is None,
    )
