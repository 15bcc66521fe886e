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


@dataclass(frozen=True, slots=True)
class Found:
    """So many pieces of a kind; without a `rarity` of their own, and affixes, they are as the kind is."""

    base_id: str
    quantity: int
    rarity: Rarity | None = None
    affixes: Mapping[Stat, int] = field(default_factory=dict)


def find(table: LootTable, catalog: Catalog, *, level: int, seed: str, gear: bool = False) -> Found | None:
    """What somebody of this level finds; `gear` alone if there is any. None: nothing of it is known."""
    dice = random.Random(seed)  # noqa: S311 - a game's dice, thrown again on another process
    kinds = {line: _kinds(line, catalog, level) for line in table.lines}
    there = [line for line in table.lines if kinds[line]]
    lines = [line for line in there if line.levels_below is not None] if gear else there
    lines = lines or there
    if not lines:
        return None
    [line] = dice.choices(lines, [each.weight for each in lines])
    entry = dice.choice(kinds[line])
    return Found(entry.base_id, _thrown(line.quantity, dice), *_rolled(entry, table, dice))


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


def _thrown(span: Span, dice: random.Random) -> int:
    return dice.randint(span.least, span.most)


def _rarity(table: LootTable, dice: random.Random) -> Rarity:
    thrown = dice.randrange(100)
    for rarity, chance in table.rarity.items():
        if thrown < chance:
            return rarity
        thrown -= chance
    return Rarity.COMMON
