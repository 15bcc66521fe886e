"""Everybody in a circle trades with both neighbours at once, each tap at another bot."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from apps.game_core.container import Core
from apps.game_core.modules.trade.contracts import TableState
from apps.game_core.settings import CoreSettings
from tools.ring.bots import together
from tools.ring.circle import Told
from tools.ring.report import Books, Plan, Report
from tools.ring.show import show
from tools.support.patience import PATIENCE


async def test_a_ring_of_eight_ends_and_nothing_is_lost_or_told_that_is_not_so(
    core: Core, settings: CoreSettings
) -> None:
    quick = settings.model_copy(update={"inventory_sync_period": 0.2, "inventory_worker_period": 0.1})

    report = await show(Plan(trades=40, players=8, bots=2, seed=4, within=PATIENCE), quick, together)

    assert report.good, "\n".join(report.lines())
    assert report.refused["BusyError"] >= 10


SETTLED, LEFT = TableState.SETTLED, TableState.LEFT
BOOKS = Books(Counter(coins=10, bread=3), 1, {7: "settled", 8: "off"})
GOOD = Report(
    Plan(3, 3, 2, 1),
    59.0,
    (Told(7, SETTLED, SETTLED), Told(8, LEFT, TableState.OFF), Told(9, LEFT, LEFT)),
    Counter(BusyError=5),
    1,
    30,
    replace(BOOKS, trades={}),
    replace(BOOKS, trades={7: "settled", 8: "off", 10: "settled"}),
)


def test_a_good_ring_says_what_it_was() -> None:
    lines = "\n".join(GOOD.lines())
    assert GOOD.good
    assert lines.endswith("PASS")
    for said in ("settled     2", "given back  1", "BusyError 5; 1", "59.0, 30 taps", "3 before, 3 after"):
        assert said in lines


def books(**changes: Any) -> Mapping[str, Books]:
    return {"after": replace(GOOD.after, **changes)}


@pytest.mark.parametrize(
    ("doctored", "said"),
    [
        ({"seconds": 60.1}, "took 60.1 s"),
        ({"told": GOOD.told[:2]}, "2 of 3 trades were told"),
        ({"told": (*GOOD.told[:2], GOOD.told[0])}, "3 of 3 trades were told"),
        (books(deadlocks=2), "1 deadlocks"),
        (books(wealth=Counter(coins=10, bread=2)), "bread: 3 before, 2 after"),
        (books(wealth=Counter(coins=10, bread=3, ore=1)), "ore: 0 before, 1 after"),
        (books(wealth=Counter(coins=11, bread=3)), "coins: 10 before, 11 after"),
        (books(trades={7: "off", 8: "off"}), "trade 7: settled and settled was told, off is the row"),
        (books(trades={7: "settled", 8: "settled"}), "trade 8: left and off was told, settled is the row"),
        (books(trades={7: "settled", 8: "open"}), "trade 8: left and off was told, open is the row"),
        (books(trades={7: "settled"}), "only 1 trades were settled"),
        ({"told": (Told(7, SETTLED, LEFT), *GOOD.told[1:])}, "trade 7: settled and left was told"),
        ({"wrong": ("item 5 is in bag 1 and in bag 2",)}, "item 5 is in bag 1 and in bag 2"),
    ],
)
def test_a_ring_that_is_not_good_says_why(doctored: Mapping[str, Any], said: str) -> None:
    report = replace(GOOD, **doctored)
    lines = "\n".join(report.lines())
    assert not report.good
    assert said in lines
    assert lines.endswith("FAIL")
