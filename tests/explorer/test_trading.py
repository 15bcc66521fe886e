"""A trade keeps its invariants in small worlds, and the explorer sees each protection go missing."""

from collections import Counter
from dataclasses import fields

import pytest
from click.testing import CliRunner

from tools.explorer import __main__ as main
from tools.explorer.__main__ import explore
from tools.explorer.report import try_ablation, violation_lines
from tools.explorer.trading.ablations import TRADE_ABLATIONS
from tools.explorer.trading.invariants import TEXTS
from tools.explorer.trading.search import TradeExplorer
from tools.explorer.trading.states import Phase
from tools.explorer.trading.world import Rules, World
from tools.explorer.trading.worlds import SHORT_TRADES


@pytest.mark.parametrize("name", SHORT_TRADES)
def test_a_trade_keeps_its_invariants(name: str) -> None:
    found = TradeExplorer(SHORT_TRADES[name]).run()

    assert "\n".join(violation_lines(found)) == ""
    assert found.complete
    assert found.states > 1_000


@pytest.mark.parametrize("name", TRADE_ABLATIONS)
def test_what_a_trade_loses_without_a_protection(name: str) -> None:
    result = try_ablation(TRADE_ABLATIONS[name])

    assert result.is_as_expected, "\n".join(violation_lines(result.found))


def test_every_protection_of_a_trade_is_taken_out_alone() -> None:
    whole = Rules()
    changed = [
        [
            field.name
            for field in fields(Rules)
            if getattr(each.without, field.name) != getattr(whole, field.name)
        ]
        for each in TRADE_ABLATIONS.values()
    ]

    assert Counter(tuple(names) for names in changed) == Counter((field.name,) for field in fields(Rules))


def test_every_invariant_of_a_trade_is_broken_by_some_ablation() -> None:
    assert {each.breaks for each in TRADE_ABLATIONS.values()} == set(TEXTS)


def test_trades_end_both_ways_in_what_is_explored() -> None:
    explorer = TradeExplorer(World())
    explorer.run()

    phases = {state.database.trades[0].phase for state in explorer.states}
    assert phases == set(Phase)


def test_the_command_explores_trades(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "trade: deleted"
    monkeypatch.setattr(main, "TRADES", {name: SHORT_TRADES[name]})
    told = CliRunner().invoke(explore, ["--scenario", name])

    assert told.exit_code == 0
    assert f"{name}: " in told.output
    assert "exhausted, 0 violations" in told.output
