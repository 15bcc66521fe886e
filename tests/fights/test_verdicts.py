"""A card's verdict, and what comes of wearing the item in the game's own fight."""

import random
from collections.abc import Iterator
from functools import cache
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.game_core.combat import Blow, Stats, attack, blow, dummy_stats, fighter_stats, taken
from apps.game_core.modules.inventory.contracts import (
    LEAST_HP,
    BackpackQuery,
    Buff,
    InventoryView,
    SortBy,
    Verdict,
)
from apps.game_core.modules.inventory.inventory.model import Vitals
from apps.game_core.modules.items.contracts import Slot, Stat
from apps.game_core.value import replace
from tools.fights.gear import GEAR, Trial, random_trials, reader, sets, trial, worn
from tools.fights.playing import difference, play
from tools.support.bags import NOW, bag, item

points = st.dictionaries(st.sampled_from(Stat), st.integers(-20, 120))


class Loaded(random.Random):
    """Dice that fall as they are told."""

    def __init__(self, hits: bool, passes: bool, raw: int, doubles: bool) -> None:
        super().__init__()
        self._chances = iter((hits, passes, doubles))
        self._raw = raw

    def randrange(self, most: int) -> int:  # type: ignore[override]
        """0 is under any chance above 0, the most under none; a block is asked for the other way round."""
        return 0 if next(self._chances) else most - 1

    def randint(self, least: int, most: int) -> int:  # noqa: ARG002 - random's signature
        return least + self._raw


def every_blow(by: Stats, on: Stats) -> Iterator[tuple[float, Blow]]:
    """Each blow that the dice allow, and how likely it is."""
    hit, open_, double = by.accuracy / 100, 1 - on.block_chance / 100, by.crit_chance / 100
    raws = 2 * by.spread + 1
    for raw in range(raws):
        for doubles, likely in ((True, double), (False, 1 - double)):
            if likely and hit and open_:
                dice = Loaded(True, False, raw, doubles)
                yield hit * open_ * likely / raws, blow(by, on, dice)


@given(points, st.booleans(), st.integers(1, 40))
def test_what_is_expected_is_the_mean_of_all_blows(have: dict[Stat, int], armed: bool, level: int) -> None:
    fighter, dummy = fighter_stats(have, armed=armed), dummy_stats(level)

    assert attack(fighter, level) == pytest.approx(mean(fighter, dummy))
    assert taken(fighter, level) == pytest.approx(mean(dummy, fighter))


def score(view: InventoryView) -> float:
    """From the mean of all blows, not from a formula."""
    fighter, dummy = view.fighter, dummy_stats(view.level)
    return mean(fighter, dummy) * (view.stats.max_hp - LEAST_HP) / mean(dummy, fighter)


@cache
def mean(by: Stats, on: Stats) -> float:
    return sum(likely * each.damage for likely, each in every_blow(by, on))


def by_the_score(tried: Trial) -> Verdict:
    change = score(tried.after) / score(tried.before) - 1
    if abs(change) < 1e-9:
        return Verdict.EQUAL
    return Verdict.BETTER if change > 0 else Verdict.WORSE


def test_every_shipped_piece_is_judged_by_what_wearing_it_comes_to() -> None:
    level = 30
    tries = [(session, entry) for session in islice(sets(), 1, None, 11) for entry in GEAR]
    tried = [trial(session, item(entry.base_id)) for session, entry in tries if entry.level <= level]
    wrong = [each for each in tried if each.card.verdict is not by_the_score(each)]

    assert wrong == []
    assert {each.card.verdict for each in tried} == set(Verdict)


def test_random_gear_is_judged_by_what_wearing_it_comes_to() -> None:
    tried = list(islice(random_trials(1), 300))

    assert [each for each in tried if each.card.verdict is not by_the_score(each)] == []


def test_played_fights_agree_with_the_cards() -> None:
    """The short form of `python -m tools.fights`."""
    for number, tried in enumerate(islice(random_trials(2), 40)):
        played = difference(tried, 25, number)
        assert not played.contradicts(tried.card.verdict), (tried, played)


def test_who_is_told_to_be_much_better_ends_whole_fights_better() -> None:
    """The score stands for whole fights, too, where it is not a matter of a blow more or less."""
    clear = [each for each in islice(random_trials(3), 200) if abs(_change(each)) > 0.5][:30]
    for tried in clear:
        before, after = (
            play(view.fighter, view.level, view.stats.max_hp, map(str, range(60))).margin
            for view in (tried.before, tried.after)
        )
        noise = 5 * (before.deviation + after.deviation)
        assert (after.value - before.value) * _change(tried) >= -noise, tried
    assert len(clear) == 30


def _change(tried: Trial) -> float:
    return tried.card.after.worth / tried.card.before.worth - 1


def test_a_two_handed_axe_that_hits_harder_than_sword_and_dagger_is_better() -> None:
    armed = worn(worn(bag(level=10, strength=20), "steel_sword"), "parrying_dagger")

    card = trial(armed, item("battle_axe")).card

    assert [each.base_id for each in card.replaced] == ["steel_sword", "parrying_dagger"]
    assert card.after.attack > 1.3 * card.before.attack
    assert card.verdict is Verdict.BETTER


@pytest.mark.parametrize("base_id", ["silver_ring", "eagle_eye_amulet", "ranger_boots", "parrying_dagger"])
def test_what_adds_accuracy_adds_it_to_bare_hands_too(base_id: str) -> None:
    card = trial(bag(level=10, strength=20), item(base_id)).card

    assert card.after.attack > card.before.attack
    assert card.verdict is Verdict.BETTER


def test_what_cannot_be_worn_is_never_ahead_of_what_can() -> None:
    pieces = [item(entry.base_id) for entry in GEAR]
    session = worn(bag(*pieces, item("bread"), level=6, strength=11, max_slots=500), "iron_sword")

    for slot in (None, *Slot):
        rows = reader(session).backpack(BackpackQuery(sort_by=SortBy.VERDICT, filter_slot=slot)).found
        ranks = [(not row.wearable, not row.equippable) for row in rows]
        assert ranks == sorted(ranks)
        assert len(set(ranks)) > 1
        able = [row.gain for row in rows if row.wearable]
        assert able == sorted(able, reverse=True)


def test_a_buff_counts_while_it_runs() -> None:
    """Accuracy has a cap: who is at it gains nothing from more."""
    armed = worn(bag(level=10, strength=20), "hunting_bow")
    ring = item("silver_ring")
    sure = replace(armed, vitals=Vitals(50, (Buff(Stat.ACCURACY, 20, NOW + 1),)))
    over = replace(armed, vitals=Vitals(50, (Buff(Stat.ACCURACY, 20, NOW),)))

    gains = [trial(each, ring).card.after.attack for each in (armed, over, sure)]

    assert gains[0] == gains[1] < gains[2]
