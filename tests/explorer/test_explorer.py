"""The protocol keeps its invariants in small worlds, and the explorer sees each protection go missing."""

from dataclasses import fields
from functools import cache, partial

import pytest
from click.testing import CliRunner

from tools.explorer import __main__ as main
from tools.explorer.__main__ import explore
from tools.explorer.ablations import ABLATIONS
from tools.explorer.invariants import TEXTS
from tools.explorer.open_questions import OPEN
from tools.explorer.protocol import Bounds, Protocol
from tools.explorer.report import AblationResult, try_ablation, violation_lines
from tools.explorer.scenarios import SHORT, BoundsError, parsed
from tools.explorer.search import Explorer


@pytest.mark.parametrize("name", SHORT)
def test_the_protocol_keeps_its_invariants(name: str) -> None:
    found = Explorer(bounds=SHORT[name]).run()

    assert "\n".join(violation_lines(found)) == ""
    assert found.complete
    assert found.states > 300


@cache
def tried(name: str) -> AblationResult:
    return try_ablation(ABLATIONS[name])


@pytest.mark.parametrize("name", ABLATIONS)
def test_what_is_lost_without_a_protection(name: str) -> None:
    result = tried(name)

    assert result.is_as_expected, "\n".join(violation_lines(result.found))
    for trace in result.found.violations.values():
        assert trace


def test_every_protection_is_taken_out_alone_once() -> None:
    """And those that stand in for each other, together."""
    changed = [
        [field.name for field in fields(Protocol) if getattr(ablation.without, field.name) != field.default]
        for ablation in ABLATIONS.values()
    ]
    assert {names[0] for names in changed if len(names) == 1} == {field.name for field in fields(Protocol)}
    assert all(changed)


@pytest.mark.parametrize("name", OPEN)
def test_what_is_not_kept_shows(name: str) -> None:
    """As soon as something keeps it, this fails, and the world belongs to the scenarios."""
    assert try_ablation(OPEN[name]).is_as_expected


def test_every_invariant_is_broken_by_some_ablation() -> None:
    broken = {name for each in ABLATIONS for name in tried(each).found.violations}
    assert broken == set(TEXTS)


@pytest.mark.parametrize(
    "bounds",
    [
        Bounds(adds=2, workers=1, tokens=2),
        Bounds(edits=1, clients=1, tokens=2),
        Bounds(losses=1, clients=1, workers=1, tokens=2),
        Bounds(losses=1, minds=True, rewinds=False, halves=False, clients=1, workers=1, tokens=2),
        Bounds(restores=1, clients=1, workers=1, tokens=2),
        Bounds(adds=0, fight=True, clients=1, workers=1, tokens=2),
    ],
    ids=["two changes", "an edit", "a loss", "healing", "a restore", "a fight"],
)
def test_the_reduction_changes_no_verdict_and_saves_states(bounds: Bounds) -> None:
    reduced = Explorer(bounds=bounds).run()
    full = Explorer(bounds=bounds, reduce=False, limit=60_000).run()

    assert full.complete
    assert full.violations == reduced.violations == {}
    assert reduced.states < full.states


def test_the_command_says_what_it_explored_and_fails_on_a_violation(monkeypatch: pytest.MonkeyPatch) -> None:
    fine = CliRunner().invoke(explore, ["--bounds", "adds=1"])
    monkeypatch.setattr(main, "Explorer", partial(Explorer, Protocol(dirty_never_expires=False)))
    broken = CliRunner().invoke(explore, ["--bounds", "adds=1"])

    assert (fine.exit_code, broken.exit_code) == (0, 1)
    assert "exhausted, 0 violations" in fine.output
    assert "I3, dirty means indexed and without expiry, fails after 4 steps:" in broken.output
    assert "4. client 1 saves add Y #1 (version 1)" in broken.output


def test_bounds_are_read_from_text() -> None:
    assert parsed("adds=3,undo=1,workers=1", Bounds()) == Bounds(adds=3, undo=True, workers=1)
    for nonsense in ("rounds=1", "adds=", "adds=-1", "adds"):
        with pytest.raises(BoundsError):
            parsed(nonsense, Bounds())
