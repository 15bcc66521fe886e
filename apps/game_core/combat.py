"""The formulas of a fight, the only ones: what a set of gear deals and takes. Chances are in percent.

Fights throw dice by them; comparisons, ▲/▼ and "best to wear" take their expected values.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from apps.game_core.modules.items.contracts import Stat

_BARE_HANDS = 2
_BARE_ACCURACY = 70
_MOST_CHANCE = 95
_LEAST_ACCURACY = 5
_STRENGTH_A_POINT = 2
_MOST_POWER = 10_000  # rows may hold any number, and expected values count every throw
_ARMOR_HALVES_AT = 50
_WIN = 10
_FIRST_LEVEL, _MORE_EACH_LEVEL = 20, 5
_MOST_LEVEL = 1_000  # rows may hold any number
HEALTH_A_LEVEL = 10
STRENGTH_A_LEVEL = 1
_TURNS_A_SCRATCH = 4
_NEVER_BREAKS = frozenset({Stat.ACCURACY, Stat.QUICK_SLOTS})


class BlowKind(StrEnum):
    MISS = "miss"
    BLOCKED = "blocked"
    HIT = "hit"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Stats:
    """How somebody hits (`power` ± `spread`) and takes hits."""

    power: int
    spread: int
    accuracy: int
    crit_chance: int
    armor: int
    block_chance: int


@dataclass(frozen=True, slots=True)
class Blow:
    kind: BlowKind
    damage: int = 0


def dummy_hp(level: int) -> int:
    return 25 + 10 * max(1, level)


def dummy_stats(level: int) -> Stats:
    level = max(1, level)
    return Stats(power=6 + 2 * level, spread=3, accuracy=75, crit_chance=5, armor=2 * level, block_chance=5)


def fighter_stats(points: Mapping[Stat, int], *, armed: bool) -> Stats:
    """From the points of worn items and running buffs together.

    A weapon has an accuracy of its own (`armed`); everything else adds to it, or to that of bare hands.
    """
    strong = points.get(Stat.STRENGTH, 0) // _STRENGTH_A_POINT
    own = 0 if armed else _BARE_ACCURACY
    power = max(1, min(_MOST_POWER, max(_BARE_HANDS, points.get(Stat.POWER, 0)) + strong))
    return Stats(
        power=power,
        spread=max(0, min(power, points.get(Stat.SPREAD, 0))),
        accuracy=max(_LEAST_ACCURACY, _chance(own + points.get(Stat.ACCURACY, 0))),
        crit_chance=_chance(points.get(Stat.CRIT_CHANCE, 0)),
        armor=max(0, points.get(Stat.ARMOR, 0)),
        block_chance=_chance(points.get(Stat.BLOCK_CHANCE, 0)),
    )


def blow(by: Stats, on: Stats, dice: random.Random) -> Blow:
    if dice.randrange(100) >= by.accuracy:
        return Blow(BlowKind.MISS)
    if dice.randrange(100) < on.block_chance:
        return Blow(BlowKind.BLOCKED)
    raw = max(1, by.power + dice.randint(-by.spread, by.spread))
    critical = dice.randrange(100) < by.crit_chance
    damage = _damage(raw * 2 if critical else raw, on.armor)
    return Blow(BlowKind.CRITICAL if critical else BlowKind.HIT, damage)


def wear(turns: int) -> int:
    """Points of durability that so many turns of a fight cost each worn piece."""
    return -(-turns // _TURNS_A_SCRATCH)


def broken(stat: Stat, points: int) -> int:
    """What is left of the points of a piece that is broken: half of what helps."""
    return points if stat in _NEVER_BREAKS or points < 0 else points // 2


def earned(level: int, dealt: int) -> int:
    """Experience from a fight against the dummy of this level: a share of a win's where it did not fall."""
    return _WIN * min(dealt, dummy_hp(level)) // dummy_hp(level)


def needed(level: int) -> int:
    """Experience from one level to the next."""
    return _FIRST_LEVEL + _MORE_EACH_LEVEL * (max(1, level) - 1)


def risen(level: int, experience: int) -> tuple[int, int]:
    """The level that so much experience makes of this one, and what is left of it."""
    while level < _MOST_LEVEL and experience >= needed(level):
        experience -= needed(level)
        level = max(1, level) + 1
    return level, min(experience, needed(level))


def attack(fighter: Stats, level: int) -> float:
    """Damage that a turn deals, on the average, to the dummy of this level."""
    dummy = dummy_stats(level)
    return _expected(
        (fighter.power, fighter.spread, fighter.accuracy, fighter.crit_chance),
        (dummy.armor, dummy.block_chance),
    )


def taken(fighter: Stats, level: int) -> float:
    """Damage that the dummy's answer deals, on the average; never nothing."""
    dummy = dummy_stats(level)
    return _expected(
        (dummy.power, dummy.spread, dummy.accuracy, dummy.crit_chance), (fighter.armor, fighter.block_chance)
    )


def worth(attack: float, taken: float, health: int) -> float:
    """The one score of a set of gear: what one deals until `health` is used up; the dummy never falls."""
    return attack * health / taken


@lru_cache(maxsize=65_536)
def _expected(by: tuple[int, int, int, int], on: tuple[int, int]) -> float:
    """The mean of `blow`: one division of whole numbers, so that what is equal comes out equal."""
    power, spread, accuracy, crit_chance = by
    armor, block_chance = on
    raws = [max(1, raw) for raw in range(power - spread, power + spread + 1)]
    damage = sum(
        (100 - crit_chance) * _damage(raw, armor) + crit_chance * _damage(2 * raw, armor) for raw in raws
    )
    return accuracy * (100 - block_chance) * damage / (1_000_000 * len(raws))


def _damage(raw: int, armor: int) -> int:
    return max(1, raw * _ARMOR_HALVES_AT // (_ARMOR_HALVES_AT + armor))


def _chance(points: int) -> int:
    return max(0, min(_MOST_CHANCE, points))
