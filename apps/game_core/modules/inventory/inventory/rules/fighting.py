"""What a fight comes to, as one operation: blows are nobody's business once it is over."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import ClassVar

from apps.game_core.combat import HEALTH_A_LEVEL, STRENGTH_A_LEVEL, risen
from apps.game_core.modules.inventory.inventory.limits import Experience, LostHitPoints, Wear
from apps.game_core.modules.inventory.inventory.model import (
    LEAST_HP,
    Hero,
    InventorySession,
    Item,
    PlacedItem,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Told, pieces
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.value import field, replace

_MOST_GROWN = 1_000_000
"""Rows may hold any number; nobody grows out of them."""


class FightEnd(StrEnum):
    WON = "won"
    LOST = "lost"
    LEFT = "left"


class FightResult(Result):
    """`hp` and `changed` as in `EquipResult`; `gained` is experience, which made the hero rise to `level`.

    `risen` counts the levels that were won. `worn` are the pieces that lost durability, as they are now.
    """

    end: FightEnd
    hp: int
    changed: int
    gained: int
    level: int
    risen: int
    worn: Mapping[Slot, Item] = field(default_factory=dict)


class SettleFight(Operation[FightResult], kw_only=True):
    """The fight is over and has cost `hurt` hit points, less those that were written before.

    Each worn piece loses `wear` points of durability, as far as it has them.
    """

    kind: ClassVar[str] = "settle_fight"

    end: FightEnd
    hurt: LostHitPoints
    experience: Experience = 0
    wear: Wear = 0


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
    worn = _worn_down(session, operation.wear)
    grown = replace(session, hero=hero, equipped={**session.equipped, **worn})
    most = rules.max_hp(grown, operation.at)
    if levels:
        hp = max(hp, most)
    elif operation.end is FightEnd.LOST:
        hp = max(hp, min(most, LEAST_HP + most // 2))
    hp = max(LEAST_HP, min(hp, most))
    changed = replace(grown, vitals=replace(session.vitals, hp=hp))
    gained = operation.experience
    result = FightResult(operation.end, hp, hp - session.vitals.hp, gained, hero.level, levels, worn)
    return changed, result


def _worn_down(session: InventorySession, wear: int) -> dict[Slot, Item]:
    """The pieces that have durability left to lose, with less of it."""
    worn = {}
    for slot, item in session.equipped.items():
        if item is not None and item.durability and item.durability.current > 0 and wear:
            left = max(0, item.durability.current - wear)
            worn[slot] = replace(item, durability=replace(item.durability, current=left))
    return worn


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


def _deed(deed: Deed, operation: SettleFight, result: FightResult) -> None:
    asked = (operation.end, operation.experience)
    deed.claim(asked == (result.end, result.gained), "the fight ended otherwise than was said")
    deed.hp_before, deed.hp = result.hp - result.changed, result.hp
    # Who has risen, or was brought round, may have more than before; nobody else has.
    most = max(LEAST_HP, deed.hp_before - operation.hurt)
    deed.claim(
        result.end is FightEnd.LOST or result.risen > 0 or result.hp <= most,
        f"{operation.hurt} hit points lost left {result.hp} of {deed.hp_before}",
    )
    for slot, item in result.worn.items():
        _wore_down(deed, slot, item, operation.wear)


def _wore_down(deed: Deed, slot: Slot, item: Item, wear: int) -> None:
    stood = deed.before.get(item.id)
    if stood is None or stood.item.durability is None or item.durability is None:
        deed.wrong.append(f"item {item.id} had nothing to lose")
        return
    lost = stood.item.durability.current - item.durability.current
    deed.claim(0 < lost <= wear, f"item {item.id} lost {lost} of at most {wear}")
    deed.met(replace(item, durability=stood.item.durability), slot.value)
    deed.put(item, slot.value, 0)


def _told(result: FightResult, _: Sequence[PlacedItem]) -> Told:
    return Told(
        deed=_DEEDS[result.end],
        healed=result.changed,
        gained=result.gained,
        level=result.level if result.risen else 0,
        broke=pieces(*(item for item in result.worn.values() if item.broken)),
    )


_DEEDS = {FightEnd.WON: None, FightEnd.LOST: "lose_fight", FightEnd.LEFT: "leave_fight"}

SETTLE_FIGHT = Definition(operation=SettleFight, rule=settle, deed=_deed, told=_told)
