"""Every process is replaced while players tap, by one of the next release."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from apps.embedded.postgres import PostgresServer
from tests.support.initdb_once import INITIALISE
from tools.chaos.verdict import Judgement
from tools.rolling.releases import BEFORE, ROOT, NoSuchReleaseError, unpack
from tools.rolling.replacing import DidNotStartError
from tools.rolling.show import Plan, Report, show
from tools.support.patience import PATIENCE

GOOD = Report(Plan(2, 2, 1, 1), 5, 0, {"done": 5}, 3, {"bot-0": 1.0}, (), Judgement(3, (), (), ()))


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The release before begins with no tables of this one."""
    monkeypatch.setattr(PostgresServer, "_initialise", INITIALISE)


async def test_each_tap_is_answered_while_the_release_before_is_replaced(tmp_path: Path) -> None:
    try:
        code = unpack(BEFORE, tmp_path / "before")
    except NoSuchReleaseError as error:
        pytest.skip(f"the history that was cloned does not reach back: {error}")

    plan = Plan(2, players=4, pause=0.5, seed=3, code=code, workers=1, answers_within=PATIENCE)
    report = await show(plan, tmp_path / "data")

    # That release says an answer once, and logs it where the connection was gone, or it had no time left.
    assert report.unanswered <= sum(map(given_up, (tmp_path / "data").glob("bot-*.log")))
    assert replace(report, unanswered=0).good, "\n".join(report.lines())
    assert [*report.replaced] == ["worker-0", "bot-0", "bot-1"]


def given_up(log: Path) -> int:
    """How many answers a bot says that it could not bring."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    left = sum(int(line["count"]) for line in lines if line["event"] == "left unsaid")
    return left + [line["event"] for line in lines].count("tap not answered")


async def test_a_release_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    code = tmp_path / "broken" / "bot"
    code.mkdir(parents=True)
    (code / "__init__.py").touch()
    script = "import sys\nif sys.argv[1] != 'migrate':\n    sys.exit('no such luck')\n"
    (code / "__main__.py").write_text(script)

    with pytest.raises(DidNotStartError, match=r"(?s)^bot-.*no such luck"):
        await show(Plan(2, 1, 0, 1, code.parent, workers=0), tmp_path / "data")


def test_what_the_repository_does_not_have_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoSuchReleaseError, match="no code of nowhere: "):
        unpack("nowhere", tmp_path)


def test_code_comes_as_it_was(tmp_path: Path) -> None:
    known = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, check=False)
    if known.returncode:
        pytest.skip("these files are no clone")
    unpack("HEAD", tmp_path)

    assert (tmp_path / "bot" / "__main__.py").is_file()


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (replace(GOOD, unanswered=1), "5, 1 without an answer"),
        (replace(GOOD, killed=("bot-0",)), "bot-0 did not end in time"),
        (replace(GOOD, verdict=replace(GOOD.verdict, wrong=("coins: 1 more",))), "coins: 1 more"),
        (replace(GOOD, verdict=replace(GOOD.verdict, twice=((1, "op"),))), "taken back: (1, 'op')"),
        (replace(GOOD, acknowledged=0), "acknowledged   0 operations"),
    ],
)
def test_whatever_is_amiss_is_said_and_fails(report: Report, said: str) -> None:
    assert GOOD.good
    assert not report.good
    assert [line for line in report.lines() if said in line]
