"""What a campaign holds against what players were told: rows 41, 44, 46 and 52 as its verdict sees them."""

import pytest

from tools.chaos.journal import Conflict, Journal, Taken, Word
from tools.chaos.promises import Bound, Promises

KEY = (7, "at:tap")
BACKUP_LOST = Taken(50.0, 1050.0, frozenset({KEY}), frozenset(), restore=True)
WITNESSED = Taken(50.0, 1050.0, frozenset({KEY}), frozenset({7}), restore=True)
OTHERS = Taken(50.0, 1050.0, frozenset({(8, "at:other")}), frozenset(), restore=True)
SAID_LOST = Conflict(7, "lost:1", "lost", 1051.0)
SAID_BEFORE = Conflict(7, "lost:0", "lost", 1000.0)
GIVEN_UP = Conflict(7, "at:tap", "use_consumable", 1052.0)


def word(at: float, *, repeated: bool = False, sent: float | None = None) -> Word:
    return Word(at - 0.2 if sent is None else sent, at, repeated)


def promises(*words: Word, taken: Taken | None = None, bound: Bound | None = None) -> Promises:
    journal = Journal(taken=[taken] if taken else [])
    for each in words:
        journal.told(KEY, each, "done")
    return Promises(journal, bound)


def test_what_the_ledger_has_is_not_missing() -> None:
    assert promises(word(1.0)).missing({KEY}, ()) == []


@pytest.mark.parametrize(
    ("at", "taken", "conflicts", "excused"),
    [
        (40.0, None, (), False),
        (40.0, BACKUP_LOST, (), True),
        (60.0, BACKUP_LOST, (), False),
        (40.0, OTHERS, (), False),
        (40.0, WITNESSED, (), False),
        (40.0, WITNESSED, (SAID_BEFORE,), False),
        (40.0, WITNESSED, (SAID_LOST,), True),
        (40.0, None, (GIVEN_UP,), False),
        (40.0, WITNESSED, (GIVEN_UP,), True),
        (49.0, OTHERS, (GIVEN_UP,), True),
        (20.0, OTHERS, (GIVEN_UP,), False),
        (60.0, OTHERS, (GIVEN_UP,), False),
    ],
)
def test_fault_46_only_what_a_restore_took_may_be_missing_and_whoever_can_tell_is_told(
    at: float, taken: Taken | None, conflicts: tuple[Conflict, ...], excused: bool
) -> None:
    [lost] = promises(word(at), taken=taken).missing(frozenset(), conflicts)

    assert lost.excused is excused
    assert lost.refused is (GIVEN_UP in conflicts)


def test_fault_41_what_is_said_to_be_done_long_after_a_restore_took_it_is_lost() -> None:
    said = promises(word(40.0), word(60.0, repeated=True), taken=BACKUP_LOST)

    [lost] = said.missing(frozenset(), ())

    assert not lost.excused


@pytest.mark.parametrize(
    ("words", "taken", "twice"),
    [
        ((word(1.0),), None, False),
        ((word(1.0), word(100.0, repeated=True)), None, False),
        ((word(1.0), word(100.0)), None, True),
        ((word(1.0, repeated=True), word(100.0)), None, True),
        # Two taps at once: the one that was late may be answered first, but only one is new.
        ((word(1.0, repeated=True, sent=0.5), word(1.2, sent=0.5)), None, False),
        ((word(1.0, sent=0.5), word(1.2, sent=0.5)), None, True),
        ((word(40.0), word(60.0)), BACKUP_LOST, False),
        ((word(40.0), word(60.0)), OTHERS, True),
        ((word(40.0), word(60.0), word(90.0)), BACKUP_LOST, True),
    ],
)
def test_fault_41_an_old_tap_that_is_told_as_new_took_effect_twice(
    words: tuple[Word, ...], taken: Taken | None, twice: bool
) -> None:
    assert list(promises(*words, taken=taken).done_twice()) == ([KEY] if twice else [])


@pytest.mark.parametrize(("sent", "twice"), [(0.6, False), (1.1, True)])
def test_of_two_taps_at_once_both_may_be_new_when_redis_dies_under_one(sent: float, twice: bool) -> None:
    said = promises(word(1.0, sent=0.5), word(1.5, sent=sent))
    said.journal.redis_kills.append(0.8)

    assert list(said.done_twice()) == ([KEY] if twice else [])


@pytest.mark.parametrize(("kill", "excused"), [(10.5, True), (12.0, False), (9.0, True), (5.0, False)])
def test_a_redis_without_memory_may_lose_what_is_young(kill: float, excused: bool) -> None:
    said = promises(word(10.0), word(30.0), bound=Bound(lag=1.5, lease=2.0))
    said.journal.redis_kills.append(kill)

    assert list(said.done_twice()) == ([] if excused else [KEY])
    said.journal.words[KEY].pop()
    [lost] = said.missing(frozenset(), ())
    assert lost.excused is excused


@pytest.mark.parametrize(("death", "seconds"), [(8.5, 3.5), (5.0, 1.5), (10.5, 1.5)])
def test_a_lease_is_excused_only_where_a_worker_had_just_died(death: float, seconds: float) -> None:
    assert Bound(lag=1.5, lease=2.0).allowed(10.0, [death]) == seconds
