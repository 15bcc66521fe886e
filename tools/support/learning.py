"""All that a hero has learned, in one figure: what must be conserved."""

from apps.game_core.combat import needed
from apps.game_core.modules.inventory.inventory.model import Hero


def learned(hero: Hero) -> int:
    """Experience since the first level."""
    return sum(map(needed, range(1, hero.level))) + hero.experience
