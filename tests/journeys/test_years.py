"""The short form of `run.py years`: a small past is made, archived, and looked back upon."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner

from bot.cli.main import cli
from tools.support.standing import Standing
from tools.years.figures import Figures
from tools.years.show import Plan, show

SHORT = Plan(characters=6, changes=12, jobs=1)


def in_process(database_url: str, words: Sequence[str]) -> tuple[float, str]:
    before = time.process_time()
    done = CliRunner().invoke(cli, ["admin", *words], env={**os.environ, "DATABASE_URL": database_url})
    return time.process_time() - before, done.output


def test_a_past_is_told_alike_before_and_after_it_went_into_files(tmp_path: Path) -> None:
    found = show(SHORT, tmp_path, Standing(), in_process)

    assert found.wrong == []
    values = {each.name: each.value for each in found.all}
    assert values["operations made, births left out"] == 72
    assert values["archived ids on disk, archived"] > 0
    assert not any(each.most for each in found.all), "so few say nothing of what is promised of many"


def test_what_does_not_hold_is_said() -> None:
    figures = Figures()
    figures.add("one", 3, "ms", most=3)
    assert figures.good
    figures.add("another", 3.5, "ms", most=3)
    assert not figures.good
    assert [*figures.lines()][1].endswith("MISSED")
    figures.all.clear()
    figures.claim(False, "the audit is not clean")
    assert (figures.good, [*figures.lines()]) == (False, ["WRONG: the audit is not clean"])
