"""What it takes to come to a command."""

import gc
from types import SimpleNamespace

import click
import pytest

from bot.cli import commands


def test_nobody_looks_for_rubbish_while_a_command_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[bool] = []

    def load(_: str) -> SimpleNamespace:
        collected.append(gc.isenabled())
        return SimpleNamespace(serve=click.Command("serve"))

    monkeypatch.setattr(commands, "import_module", load)
    group = commands.Commands(table={"serve": ("some.module", "Serve.")})
    before = gc.get_freeze_count()
    built = [[number] for number in range(10_000)]

    assert group.get_command(click.Context(group), "serve") is not None
    assert (collected, gc.isenabled()) == ([False], True)
    assert gc.get_freeze_count() >= before + len(built)
