"""What comes out of a loot table: the same for the same seed, on any process, by one catalog.

The seed is the caller's, an operation's id for example. What was found is a value; giving it is an operation.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from apps.game_core.modules.items.contracts import (
    Catalog,
    CatalogEntry,
    LootLine,
    LootTable,
    Rarity,
    Span,
    Stat,
)

_ALL = 100


@dataclass(frozen=True, slots=True)
class Found:
    """So many pieces of a kind; without a `rarity` of their own, and affixes, they are as the kind is.

    `durability` are the points left; without them they are whole.
    """

    base_id: str
    quantity: int
    rarity: Rarity | None = None
    affixes: Mapping[Stat, int] = field(default_factory=dict)
    durability: int | None = None


def find(table: LootTable, catalog: Catalog, *, level: int, seed: str, gear: bool = False) -> Found | None:
    """What somebody of this level finds; `gear` alone if there is any, whole if there is such.

    None: nothing of it is known.
    """
    dice = random.Random(seed)  # noqa: S311 - a game's dice, thrown again on another process
    kinds = {line: _kinds(line, catalog, level) for line in table.lines}
    lines = [line for line in table.lines if kinds[line]]
    if gear:
        lines = _gear(lines) or lines
    if not lines:
        return None
    [line] = dice.choices(lines, [each.weight for each in lines])
    entry = dice.choice(kinds[line])
    what = (entry.base_id, _thrown(line.quantity, dice), *_rolled(entry, table, dice))
    return Found(*what, _left(entry, line, dice))


def _gear(lines: Sequence[LootLine]) -> list[LootLine]:
    found = [line for line in lines if line.levels_below is not None]
    return [line for line in found if line.durability is None] or found


def _kinds(line: LootLine, catalog: Catalog, level: int) -> Sequence[CatalogEntry]:
    if line.levels_below is None:
        entry = catalog.get(line.base_id)
        return [entry] if entry else []
    most = max(1, level)
    suits = range(most - line.levels_below, most + 1)
    return sorted(
        (each for each in catalog if each.slots and each.level in suits), key=lambda each: each.base_id
    )


def _rolled(
    entry: CatalogEntry, table: LootTable, dice: random.Random
) -> tuple[Rarity | None, Mapping[Stat, int]]:
    """An affix for each step above the kind's own rarity, on stats that the kind has."""
    rarity = _rarity(table, dice)
    stats = [stat for stat in Stat if stat in entry.stats and stat in table.affixes]
    steps = rarity.rank - entry.rarity.rank
    if steps <= 0 or not stats:
        return None, {}
    chosen = dice.sample(stats, min(steps, len(stats)))
    return rarity, {stat: _thrown(table.affixes[stat], dice) for stat in chosen}


def _left(entry: CatalogEntry, line: LootLine, dice: random.Random) -> int | None:
    """Rounded up: whatever has a percent left is not broken."""
    if entry.max_durability is None or line.durability is None:
        return None
    return -(-entry.max_durability * _thrown(line.durability, dice) // _ALL)


def _thrown(span: Span, dice: random.Random) -> int:
    return dice.randint(span.least, span.most)


def _rarity(table: LootTable, dice: random.Random) -> Rarity:
    thrown = dice.randrange(_ALL)
    for rarity, chance in table.rarity.items():
        if thrown < chance:
            return rarity
        thrown -= chance
    return Rarity.COMMON
