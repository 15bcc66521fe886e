"""What is worn out and can be mended."""

from collections.abc import Callable
from functools import cache

from apps.game_core.modules.inventory.inventory.logic.showing.judging import Judge
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.inventory.inventory.rules.mending import at_hand, needs
from apps.game_core.modules.inventory.keeping_views import Damaged
from apps.game_core.modules.inventory.views import ItemView


def damaged(judge: Judge, row: Callable[[Item], ItemView]) -> tuple[Damaged, ...]:
    """First what there is enough material for; of that what is worn, and what has lost the most."""
    session, rules = judge.session, judge.wearer.rules
    worn = sorted((item for item in session.equipped.values() if item is not None), key=_left)
    has = cache(lambda material: at_hand(session, material, int(judge.now)))
    shown = []
    for item in (*worn, *sorted(session.backpack, key=_left)):
        if price := needs(item, rules):
            material, needed = price
            shown.append(Damaged(row(item), material.name, material.icon, needed, has(material.base_id)))
    return tuple(sorted(shown, key=lambda each: not each.able))


def _left(item: Item) -> float:
    """As a share."""
    wear = item.durability
    return wear.left / wear.max if wear and wear.max > 0 else 1.0
