"""The commands of `run.py`: all there, and none loads more than it needs."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli.main import COMMANDS as PRODUCTION
from tests.architecture.imports import ROOT
from tools.cli.main import COMMANDS, cli


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_where_the_list_says(name: str) -> None:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    assert found.name == name


def test_help_lists_them_all_and_an_unknown_one_is_refused() -> None:
    listed = CliRunner().invoke(cli, ["--help"]).output
    assert [line for line in COMMANDS if f"\n  {line} " not in listed] == []
    refused = CliRunner().invoke(cli, ["wroker"])
    assert refused.exit_code == 2
    assert "No such command 'wroker'" in refused.output


def parameters(command: click.Command, path: str) -> Iterator[tuple[str, click.Parameter]]:
    for each in command.params:
        yield f"{path} {each.name}", each
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from parameters(inner, f"{path} {name}")


def test_every_number_has_its_bounds() -> None:
    """What is too big for a port or a database is refused as such, not by whoever cannot take it."""
    found = dict(parameters(cli, "run.py"))
    assert isinstance(found["run.py admin release char_id"].type, click.IntRange)
    unbounded = (click.types.IntParamType, click.types.FloatParamType)
    bounded = (click.IntRange, click.FloatRange)
    names = [
        name
        for name, each in found.items()
        if isinstance(each.type, unbounded) and not isinstance(each.type, bounded)
    ]
    assert names == []


NEEDS_NO_TELEGRAM = (
    "--help",
    "worker --help",
    "migrate --help",
    "admin --help",
    "admin give --help",
    "test --help",
    "catalogs check",
)
# In a process of its own, for this one has loaded everything. One for all: whoever loads it is told.
_RUN = """
import sys
from click.testing import CliRunner
from tools.cli.main import cli

for command in sys.argv[1:]:
    ran = CliRunner().invoke(cli, command.split())
    assert ran.exit_code == 0, ran.output
    print(command, "aiogram" in sys.modules)
"""


def test_what_does_not_speak_with_telegram_does_not_load_it() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _RUN, *NEEDS_NO_TELEGRAM], capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines() == [f"{command} False" for command in NEEDS_NO_TELEGRAM]


def test_a_checkout_has_all_commands_and_an_installation_those_of_production(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    for name in ("apps", "bot"):
        shutil.copytree(ROOT / name, foreign / name, ignore=shutil.ignore_patterns("__pycache__"))
    others = foreign / "tools" / "cli"
    others.mkdir(parents=True)
    (others / "main.py").write_text("def main(): print('somebody else's')")

    assert commands(ROOT) == set(COMMANDS)
    assert commands(foreign) == set(PRODUCTION)


def commands(root: Path) -> set[str]:
    """What `python -m bot` says it knows."""
    said = subprocess.run(
        [sys.executable, "-P", "-m", "bot", "--help"],
        env={**os.environ, "PYTHONPATH": str(root)},
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return {name for name in COMMANDS if f"\n  {name} " in said}
