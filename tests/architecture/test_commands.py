"""The commands of `run.py`: all there, and none loads more than it needs."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

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


@pytest.mark.parametrize(
    "command", ["--help", "worker --help", "migrate --help", "test --help", "catalogs check"]
)
def test_what_does_not_speak_with_telegram_does_not_load_it(command: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tools", *command.split()],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "click" in ran.stderr
    assert "aiogram" not in ran.stderr
