"""A table of commands of which only the one that is called is loaded, and how a command that fails ends."""

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click
from pydantic import ValidationError

from apps.game_core.errors import StartError
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.items.errors import ItemsError
from bot.cli.environment import SettingsError, explain, require_readable, unavailable
from bot.cli.logs import clean, tell_crash
from bot.cli.streams import OutputLostError, tell_lost_output
from bot.i18n import CatalogFileError
from bot.telegram_models import completed_when_used

Table = Mapping[str, tuple[str, str]]
"""Commands by name: the module with a function of that name, and what it does, in a line."""


class Commands(click.Group):
    """Loads only the command that is called: Telegram's types alone take seconds to import.

    Arguments without a command are those of `first`.
    """

    def __init__(self, *, table: Table, first: str | None = None, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.table, self.first = table, first

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if self.first and (not args or (args[0].startswith("-") and args[0] != "--help")):
            args.insert(0, self.first)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.table:
            return super().get_command(ctx, cmd_name)
        module, _ = self.table[cmd_name]
        with completed_when_used(), _without_collecting():
            command: click.Command = getattr(import_module(module), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in self.table.items()])


@contextmanager
def _without_collecting() -> Iterator[None]:
    """What is imported stays: to look through it for rubbish, then or ever after, is a fifth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def call(cli: click.Command, *expected: type[Exception], name: str | None = None) -> None:
    """Run `cli` as the program `name`. Failures that an operator can cause end in a line and exit code 1.

    So do those of the types `expected`.
    """
    told: tuple[type[Exception], ...] = (
        SettingsError,
        StartError,
        ItemsError,
        CatalogFileError,
        OutputLostError,
        *expected,
    )
    try:
        require_readable()
    except SettingsError as error:
        sys.exit(str(error))  # whatever else says something looks for secrets in that file
    sys.excepthook = tell_crash
    tell_lost_output()
    try:
        cli(prog_name=name, standalone_mode=True)
    except ValidationError as error:
        sys.exit("\n".join(explain(error)))
    except InventoryUnavailableError as error:
        sys.exit(clean(unavailable(error)))
    except told as error:
        sys.exit(clean(str(error)))
