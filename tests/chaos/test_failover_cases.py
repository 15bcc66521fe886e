"""What `run.py failover` says of a case: what is promised, what is only measured, what means nothing."""

import pytest

from tools.chaos.journal import Conflict, Journal, Word
from tools.chaos.promises import Lost
from tools.chaos.verdict import Judgement
from tools.cli.failover import is_wanted
from tools.failover.cases import Accident, Case, Safety, all_cases
from tools.failover.report import Outcome
from tools.failover.scene import Size

SIZE = Size(seconds=10, players=5)
LOST = Lost((1, "op 0"), None, refused=False, excused=False)
GIVEN_UP = Lost((1, "op 0"), None, refused=True, excused=False)


def outcome(
    safety: Safety,
    *missing: Lost,
    bots_die: bool = True,
    wrong: tuple[str, ...] = (),
    words: int = SIZE.least,
) -> Outcome:
    journal = Journal()
    for number in range(words):
        journal.told((1, f"op {number}"), Word(number, number + 0.5, repeated=False), "done")
    conflicts = frozenset({Conflict(1, "op 0", "lost", 1.0), Conflict(1, "op 1", "lost", 2.0)})
    verdict = Judgement(words - len(missing), missing, (), wrong, conflicts if missing else frozenset())
    return Outcome(Case(Accident.PLANNED, safety, bots_die), SIZE, journal, verdict)


@pytest.mark.parametrize(
    ("safety", "bots_die", "missing", "good"),
    [
        (Safety.NONE, True, LOST, True),
        (Safety.NONE, False, LOST, False),
        (Safety.NONE, False, GIVEN_UP, True),
        (Safety.MIN_REPLICAS, False, GIVEN_UP, False),
        (Safety.MIN_REPLICAS, True, GIVEN_UP, True),
        (Safety.STRICT, True, LOST, False),
        (Safety.STRICT, True, GIVEN_UP, False),
    ],
)
def test_only_what_is_promised_must_be_there(
    safety: Safety, bots_die: bool, missing: Lost, good: bool
) -> None:
    assert outcome(safety, missing, bots_die=bots_die).good is good


def test_what_is_doubled_or_means_nothing_is_never_good() -> None:
    assert outcome(Safety.NONE).good
    assert not outcome(Safety.NONE, wrong=("character 1: …",)).good
    assert not outcome(Safety.NONE, words=SIZE.least - 1).good


def test_a_line_has_what_was_counted_and_a_broken_promise_its_history() -> None:
    first, *rest = outcome(Safety.STRICT, LOST).lines()

    assert first.split() == [
        "planned,",
        "strict,",
        "bots",
        "die,",
        "too",
        "10",
        "1",
        "0",
        "0",
        "1",
        "1.0",
        "s",
    ]
    assert "lost: player 1, operation op 0" in rest[0]
    assert any("told: done" in line for line in rest)


def test_every_case_is_played_once_and_some_by_their_kinds() -> None:
    cases = list(all_cases())

    assert len(set(cases)) == len(cases) == len(Accident) * len(Safety) * 2
    some = [each for each in cases if is_wanted(each, ("killed",), (), ("live",))]
    assert some == [Case(Accident.KILLED, safety, bots_die=False) for safety in Safety]
