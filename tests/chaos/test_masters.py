"""What may go with a cluster's master, and what can be broken on which scene."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tools.chaos.faults.offered import faults
from tools.chaos.fleet import Fleet
from tools.chaos.journal import Conflict, Journal, Word
from tools.chaos.masters import MasterChange
from tools.chaos.names import settled
from tools.chaos.plan import Kind, Persistence, draw_plan
from tools.chaos.promises import Promises
from tools.chaos.runs import Run

KEY = (7, "at:tap")
CHANGE = MasterChange(began=50.0, ended=56.0)
GIVEN_UP = Conflict(7, "at:tap", "use_consumable", 1052.0)


def word(at: float, *, repeated: bool = False) -> Word:
    return Word(at - 0.2, at, repeated)


def promises(*words: Word, died: float | None = None, key: tuple[int, str] = KEY) -> Promises:
    journal = Journal(master_changes=[CHANGE], bot_deaths=[] if died is None else [died])
    for each in words:
        journal.told(key, each, "done")
    return Promises(journal, None)


@pytest.mark.parametrize(
    ("words", "died", "excused"),
    [
        ((word(51.0),), 52.0, True),
        ((word(49.5),), 52.0, True),
        ((word(51.0),), None, False),
        ((word(51.0),), 50.5, False),
        ((word(51.0),), 62.0, False),
        ((word(48.0),), 52.0, False),
        ((word(58.0),), 59.0, False),
        ((word(51.0), word(90.0, repeated=True)), 52.0, False),
    ],
)
@pytest.mark.parametrize("conflicts", [(), (GIVEN_UP,)])
def test_only_what_was_told_while_a_master_went_and_the_bot_that_told_may_be_missing(
    words: tuple[Word, ...], died: float | None, excused: bool, conflicts: tuple[Conflict, ...]
) -> None:
    [lost] = promises(*words, died=died).missing(frozenset(), conflicts)

    assert lost.excused is lost.with_a_master is excused


def test_a_trade_stands_in_the_database_and_goes_with_no_master() -> None:
    [lost] = promises(word(51.0), died=52.0, key=(7, settled(3))).missing(frozenset(), ())

    assert not lost.excused


@pytest.mark.parametrize(("died", "twice"), [(52.0, []), (None, [KEY])])
def test_what_went_with_a_master_may_be_done_anew(died: float | None, twice: list[tuple[int, str]]) -> None:
    assert [*promises(word(51.0), word(80.0), died=died).done_twice()] == twice


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("between", [False, True])
def test_whatever_is_planned_can_be_broken_where_it_is_played(clustered: bool, between: bool) -> None:
    plan = draw_plan(5, 900, 8, Persistence.AOF, pooled=between, proxied=between, clustered=clustered)
    unused: dict[str, Any] = dict.fromkeys(("engine", "redis", "clock", "settings"))
    servers = SimpleNamespace(
        embedded=SimpleNamespace(postgres=None, redis=None),
        cluster=object() if clustered else None,
        pooler=object() if between else None,
        proxy=object() if between else None,
    )
    world = SimpleNamespace(state=SimpleNamespace(faults=None))
    scene: Any = SimpleNamespace(**unused, servers=servers, sandbox=world, fleet=Fleet((), ()), data=Path())

    assert faults(Run(plan, scene, Journal(), lambda: 0.0)).keys() == plan.planned().keys()


def test_a_cluster_loses_masters_instead_of_files() -> None:
    kinds = draw_plan(5, 900, 8, Persistence.AOF, clustered=True).planned()

    assert min(kinds[each] for each in (Kind.KILL_MASTER, Kind.FAIL_OVER, Kind.KILL_NODE)) >= 10
    assert not kinds.keys() & {Kind.KILL_REDIS, Kind.ROLL_BACK_REDIS, Kind.RESTORE}
