"""Every command that takes its time can be told to be quiet about how far it is."""

import click
import pytest

from tools.ablations.__main__ import main as ablate
from tools.cli.main import cli
from tools.explorer.__main__ import explore
from tools.fights.__main__ import play


def found(*names: str) -> click.Command:
    command: click.Command = cli
    for name in names:
        assert isinstance(command, click.Group)
        inner = command.get_command(click.Context(command), name)
        assert inner is not None
        command = inner
    return command


LONG = {
    "explore": explore,
    "chaos --ablate": ablate,
    "chaos": found("chaos"),
    "walk": found("walk"),
    "bench": found("bench"),
    "crowd": found("crowd"),
    "ring": found("ring"),
    "neighbours": found("neighbours"),
    "fights": play,
    "screenshots": found("screenshots"),
    "dashboard": found("dashboard"),
    "years": found("years"),
    "capacity": found("capacity"),
    "migrate": found("migrate"),
    "admin audit": found("admin", "audit"),
}


@pytest.mark.parametrize("command", LONG.values(), ids=LONG)
def test_a_long_command_can_be_quiet(command: click.Command) -> None:
    assert [option for option in command.params if "--quiet" in option.opts]
