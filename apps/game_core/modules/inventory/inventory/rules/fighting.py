"""What a fight leaves behind."""

from dataclasses import replace

from apps.game_core.combat import HEALTH_A_LEVEL, STRENGTH_A_LEVEL, risen
from apps.game_core.modules.inventory.inventory.fighting import SettleFight
from apps.game_core.modules.inventory.inventory.model import LEAST_HP, Hero, InventorySession
from apps.game_core.modules.inventory.inventory.results import FightEnd, FightResult
from apps.game_core.modules.inventory.inventory.rules.values import Rules

_MOST_GROWN = 1_000_000
"""Rows may hold any number; nobody grows out of them."""


def settle(
    session: InventorySession, operation: SettleFight, rules: Rules
) -> tuple[InventorySession, FightResult]:
    """Who rises is well again; who has lost is brought round to half their health.

    Never refused: a fight that is over is over.
    """
    hero = taught(session.hero, operation.experience)
    levels = hero.level - session.hero.level
    # Health that an effect lent is gone with it.
    hp = max(LEAST_HP, min(rules.max_hp(session, operation.at), session.vitals.hp) - operation.hurt)
    grown = replace(session, hero=hero)
    most = rules.max_hp(grown, operation.at)
    if levels:
        hp = max(hp, most)
    elif operation.end is FightEnd.LOST:
        hp = max(hp, min(most, LEAST_HP + most // 2))
    changed = replace(grown, vitals=replace(session.vitals, hp=hp))
    result = FightResult(operation.end, hp, hp - session.vitals.hp, operation.experience, hero.level, levels)
    return changed, result


def taught(hero: Hero, experience: int) -> Hero:
    """The hero with so much more experience, and whatever comes of it."""
    level, left = risen(hero.level, max(0, hero.experience) + experience)
    levels = level - hero.level
    return replace(
        hero,
        level=level,
        experience=left,
        strength=_grown(hero.strength, STRENGTH_A_LEVEL * levels),
        max_hp=_grown(hero.max_hp, HEALTH_A_LEVEL * levels),
    )


def _grown(value: int, by: int) -> int:
    return max(value, min(_MOST_GROWN, value + by))
