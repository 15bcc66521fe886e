"""Plays fights by the game's own rules and counts what is dealt and taken. Knows no formula."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from apps.game_core.combat import Stats, dummy_hp
from apps.game_core.modules.inventory.contracts import LEAST_HP, InventoryView, Verdict
from apps.game_core.modules.training.fight import Fight, after, exchange
from tools.fights.gear import Trial


@dataclass
class Mean:
    count: int = 0
    total: float = 0
    squares: float = 0

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value
        self.squares += value * value

    @property
    def value(self) -> float:
        return self.total / self.count

    @property
    def deviation(self) -> float:
        """Of the mean itself, not of one value."""
        return math.sqrt(max(0.0, self.squares / self.count - self.value**2) / self.count)

    @property
    def doubt(self) -> float:
        """The variance of the mean's logarithm."""
        return (self.deviation / self.value) ** 2


@dataclass
class Tally:
    """Of many fights: what a blow dealt, what an answer cost, and how they ended.

    The margin of an end is the share of one's health that is left, less the share of the dummy's.
    """

    dealt: Mean = field(default_factory=Mean)
    taken: Mean = field(default_factory=Mean)
    margin: Mean = field(default_factory=Mean)


@dataclass(frozen=True)
class Difference:
    """How much better the later set did, as a logarithm, and how far chance may have moved that."""

    value: float
    error: float

    def contradicts(self, verdict: Verdict) -> bool:
        """Beyond five times its error, which chance alone does twice in a million trials."""
        clear = abs(self.value) > 5 * self.error
        return clear and verdict is not (Verdict.BETTER if self.value > 0 else Verdict.WORSE)


def play(fighter: Stats, level: int, max_hp: int, fights: Iterable[str]) -> Tally:
    """Each fight is from full health to its end; its id throws its dice."""
    tally = Tally()
    for fight_id in fights:
        fight, hp = Fight(fight_id, 1, level, dummy_hp(level)), max_hp
        while not fight.is_over:
            turn = exchange(fight, fighter)
            tally.dealt.add(turn.damage)
            if turn.answer:
                tally.taken.add(turn.answer.damage)
                hp = max(LEAST_HP, hp - turn.answer.damage)
            fight = after(fight, turn, standing=hp > LEAST_HP)
        own = (hp - LEAST_HP) / (max_hp - LEAST_HP)
        tally.margin.add(own - fight.dummy_hp / fight.dummy_max_hp)
    return tally


def difference(trial: Trial, fights: int, seed: int) -> Difference:
    """By `fights` fights in either set: damage dealt for each share of one's health that it costs."""
    tallies = [_of(view, fights, f"{seed}:{name}") for name, view in _sides(trial)]
    outcomes = [
        math.log(tally.dealt.value * (view.stats.max_hp - LEAST_HP) / tally.taken.value)
        for tally, (_, view) in zip(tallies, _sides(trial), strict=True)
    ]
    error = math.sqrt(sum(tally.dealt.doubt + tally.taken.doubt for tally in tallies))
    return Difference(outcomes[1] - outcomes[0], error)


def _sides(trial: Trial) -> tuple[tuple[str, InventoryView], ...]:
    return ("before", trial.before), ("after", trial.after)


def _of(view: InventoryView, fights: int, seed: str) -> Tally:
    ids = (f"{seed}:{number}" for number in range(fights))
    return play(view.fighter, view.level, view.stats.max_hp, ids)
