"""A fight as a value, and the pure rules that move it; what a blow does is `combat`'s to say.

The dice are part of the value: the same fight and move always give the same next fight, on any process.
"""

import random
from dataclasses import dataclass, replace
from enum import StrEnum

from apps.game_core.combat import Blow, Stats, blow, dummy_hp, dummy_stats, earned
from apps.game_core.loot import Found, find
from apps.game_core.modules.inventory.contracts import LEAST_HP
from apps.game_core.modules.items.contracts import Catalog

_STARTS_KEPT = 32
_MOST_TURNS = 1_000
"""In one move: rows may have been edited into fighters of whom none ever falls."""


class FightState(StrEnum):
    GOING_ON = "going_on"
    WON = "won"
    LOST = "lost"
    GIVEN_UP = "given_up"
    OVERRULED = "overruled"
    """What it came to could not be kept: it cost and brought nothing."""


@dataclass(frozen=True, slots=True)
class Use:
    """An item from a quick slot: its name (the catalog's source text), what it did to either side."""

    name: str
    damage: int = 0
    healed: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn: the fighter's blow or the item used instead, and the dummy's answer unless it fell."""

    blow: Blow | None
    use: Use | None
    answer: Blow | None

    @property
    def damage(self) -> int:
        """What the dummy took."""
        done = self.blow or self.use
        return done.damage if done else 0


@dataclass(frozen=True, slots=True)
class Move:
    """What the fighter does in a turn: strike, or use `item_id` from quick slot `slot_index`.

    Or in all turns `to_end`: strike until somebody falls; or `leaves` the fight.
    """

    item_id: int | None = None
    slot_index: int = 0
    to_end: bool = False
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the fighter has learned: so much experience, and with it `risen` levels, up to `level`."""

    gained: int
    level: int
    risen: int


@dataclass(frozen=True, slots=True)
class Fight:
    """`rev` is the compare-and-set token of the stored fight.

    `intent` is a move begun and not finished yet, `stats` and `hp` the fighter's as of its beginning: whoever
    finishes it comes to the same end, whatever the fighter wears by then. Of what the fight has cost so far
    the inventory does not know the last `hurt` hit points; `dealt` and `suffered` count from the beginning.
    `starts` are the operation ids that began it and the fights before it, `since` is the inventory's version
    when it began. `lesson` comes with its end, and `broke` are names of worn pieces (the catalog's source
    texts) that did so in it.
    """

    id: str
    char_id: int
    level: int
    dummy_hp: int
    turn: int = 1
    rev: str = ""
    outcome: FightState = FightState.GOING_ON
    intent: Move | None = None
    stats: Stats | None = None
    last: Exchange | None = None
    hp: int | None = None
    hurt: int = 0
    dealt: int = 0
    suffered: int = 0
    starts: tuple[str, ...] = ()
    since: int = 0
    lesson: Lesson | None = None
    broke: tuple[str, ...] = ()

    @property
    def dummy_max_hp(self) -> int:
        return dummy_hp(self.level)

    @property
    def is_over(self) -> bool:
        return self.outcome is not FightState.GOING_ON


LOOT = "dummy"
"""The loot table of what a dummy may be stuffed with."""


def begin(fight_id: str, char_id: int, level: int, op_id: str, *, before: Fight | None) -> Fight:
    """A new fight, to be stored in place of the one `before`."""
    starts = (*(before.starts if before else ()), op_id)[-_STARTS_KEPT:]
    return Fight(fight_id, char_id, level, dummy_hp(level), rev=before.rev if before else "", starts=starts)


def given_up(fight: Fight) -> Fight:
    return replace(unmoved(fight), outcome=FightState.GIVEN_UP)


def unmoved(fight: Fight) -> Fight:
    """Without the move that was begun."""
    return replace(fight, intent=None, stats=None, hp=None)


def exchange(fight: Fight, mine: Stats, used: Use | None = None) -> Exchange:
    """The turn that is to come: `used` instead of a blow."""
    dice = random.Random(f"{fight.id}:{fight.turn}")  # noqa: S311 - a game's dice, thrown again elsewhere
    dummy = dummy_stats(fight.level)
    turn = Exchange(None if used else blow(mine, dummy, dice), used, None)
    fallen = fight.dummy_hp <= turn.damage
    return turn if fallen else replace(turn, answer=blow(dummy, mine, dice))


def after(fight: Fight, turn: Exchange, *, standing: bool) -> Fight:
    """The fight once the exchange has happened and the fighter is still `standing`, or not."""
    dummy = max(0, fight.dummy_hp - turn.damage)
    outcome = FightState.GOING_ON
    if dummy == 0:
        outcome = FightState.WON
    elif not standing:
        outcome = FightState.LOST
    return replace(unmoved(fight), dummy_hp=dummy, turn=fight.turn + 1, outcome=outcome, last=turn)


def fought(fight: Fight, mine: Stats, hp: int, move: Move, used: Use | None = None) -> Fight:
    """The fight after a move of somebody with so many hit points left, who may have `used` something first.

    Of whom that is the inventory knows all that was lost before.
    """
    fight = replace(fight, hurt=0) if used else fight
    for _ in range(_MOST_TURNS if move.to_end else 1):
        turn, damage = exchange(fight, mine, used), 0
        if turn.answer:
            damage = turn.answer.damage
        left = max(LEAST_HP, hp - damage)
        fight = replace(
            after(fight, turn, standing=not damage or left > LEAST_HP),
            hurt=fight.hurt + hp - left,
            dealt=fight.dealt + turn.damage,
            suffered=fight.suffered + damage,
        )
        hp, used = left, None
        if fight.is_over:
            break
    return fight


def experience_of(fight: Fight) -> int:
    """Nothing for who gives up."""
    return 0 if fight.outcome is FightState.GIVEN_UP else earned(fight.level, fight.dealt)


def loot_of(fight: Fight, catalog: Catalog) -> Found | None:
    """What a win brings, or a new level: that is always gear, so that nobody is left behind by the dummy."""
    rises = fight.lesson is not None and fight.lesson.risen > 0
    if not rises and fight.outcome is not FightState.WON:
        return None
    table = catalog.loot.get(LOOT)
    level = fight.lesson.level if fight.lesson else fight.level
    if table is None:
        return None
    return find(table, catalog, level=level, seed=f"{fight.id}:loot", gear=rises)
