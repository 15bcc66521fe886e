"""All commands, and the one place that turns expected failures into a line of text and an exit code."""

import sys

import click
from pydantic import ValidationError

from apps.embedded import EmbeddedServersError
from apps.game_core.errors import StartError
from apps.game_core.modules.items.errors import ItemsError
from apps.sandbox.cli import sandbox
from apps.sandbox.errors import SandboxError
from bot.cli.admin import admin
from bot.cli.catalogs import catalogs
from bot.cli.chaos import chaos
from bot.cli.demo import demo
from bot.cli.environment import SettingsError, explain
from bot.cli.explore import explore
from bot.cli.logs import clean, tell_crash
from bot.cli.production import bot, migrate, worker
from bot.cli.screenshots import screenshots
from bot.cli.test import test
from bot.cli.walk import walk
from bot.i18n import CatalogFileError


class DefaultsToDemo(click.Group):
    """`python3 run.py --port 9000` means `demo --port 9000`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args.insert(0, "demo")
        return super().parse_args(ctx, args)


@click.group(cls=DefaultsToDemo)
def cli() -> None:
    """An RPG inventory in a Telegram chat. Without a command: `demo`."""


_COMMANDS = (
    demo,
    test,
    explore,
    chaos,
    walk,
    sandbox,
    bot,
    worker,
    migrate,
    admin,
    catalogs,
    screenshots,
)
for command in _COMMANDS:
    cli.add_command(command)


def main() -> None:
    sys.excepthook = tell_crash
    try:
        cli(prog_name="run.py", standalone_mode=True)
    except ValidationError as error:
        sys.exit("\n".join(explain(error)))
    except (
        SettingsError,
        StartError,
        SandboxError,
        EmbeddedServersError,
        ItemsError,
        CatalogFileError,
    ) as error:
        sys.exit(clean(str(error)))
