"""`test`: whatever fails fails the run and is named at its end, and what it said is shown."""

import subprocess
from contextlib import nullcontext
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tools.cli import test as suite

CHECKS = {
    "ruff check": "ruff check run.py apps bot telegram_sandbox tools tests",
    "ruff format": "ruff format --check run.py apps bot telegram_sandbox tools tests",
    "mypy": "mypy",
    "tools catalogs": "tools catalogs check",
}
PYTEST = "pytest -n"


def ran(monkeypatch: pytest.MonkeyPatch, failing: str | None, called: list[str]) -> Result:
    """The command, with programs that do nothing but fail if they begin so."""

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        said = " ".join(command[2:])
        called.append(said)
        assert "PYTHONDONTWRITEBYTECODE" not in options["env"]
        assert options["env"].get("TMPDIR") == ("in memory" if said.startswith(PYTEST) else None)
        code = 1 if failing is not None and said.startswith(failing) else 0
        shown = f"said by {command[2]}\n" if options.get("stdout") == subprocess.PIPE else None
        return subprocess.CompletedProcess(command, code, stdout=shown)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(suite, "scratch", lambda: nullcontext({"TMPDIR": "in memory"}))
    monkeypatch.delenv("TMPDIR", raising=False)
    return CliRunner().invoke(suite.test)


def test_all_of_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    called: list[str] = []
    result = ran(monkeypatch, None, called)
    assert result.exit_code == 0, result.output
    assert "failed" not in result.output
    assert set(CHECKS.values()) == {each for each in called if not each.startswith("pytest")}
    assert sum(each.startswith(PYTEST) for each in called) == 1


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_that_fails_fails_the_run_and_is_named_last(
    monkeypatch: pytest.MonkeyPatch, check: str
) -> None:
    called: list[str] = []
    result = ran(monkeypatch, check, called)
    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == f"failed: {CHECKS[check]}"
    assert any(each.startswith(PYTEST) for each in called), "the tests run all the same"


def test_tests_that_fail_fail_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ran(monkeypatch, PYTEST, []).exit_code == 1


def test_what_runs_beside_the_tests_is_shown_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "— mypy\nsaid by mypy\n  ok in " in ran(monkeypatch, None, []).output
