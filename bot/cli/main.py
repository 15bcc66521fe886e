"""All commands, and the one place that turns expected failures into a line of text and an exit code."""

import sys
from importlib import import_module

import click
from pydantic import ValidationError

from apps.embedded import EmbeddedServersError
from apps.game_core.errors import StartError
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.items.errors import ItemsError
from apps.sandbox.errors import SandboxError
from bot.cli.environment import SettingsError, explain, require_readable
from bot.cli.logs import clean, tell_crash
from bot.i18n import CatalogFileError


class Commands(click.Group):
    """Loads only the command that is called: Telegram's types alone take seconds to import.

    `python3 run.py --port 9000` means `demo --port 9000`.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args.insert(0, "demo")
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


COMMANDS = {
    "demo": ("bot.cli.demo", "Start everything and open the chat page."),
    "test": ("bot.cli.test", "Check code and texts, then run the tests on real servers."),
    "explore": ("bot.cli.explore", "Explore the session protocol in every order of faults."),
    "chaos": ("bot.cli.chaos", "Kill everything at random, then look for what was acknowledged."),
    "walk": ("bot.cli.walk", "Let two players tap at random, and see that nothing goes wrong."),
    "crowd": ("bot.cli.crowd", "Let many players tap fast on several bots behind a balancer."),
    "neighbours": ("bot.cli.neighbours", "Measure taps beside slow answers and an endless writer."),
    "bench": ("bot.cli.bench", "Measure speed against what anybody would pick instead."),
    "sandbox": ("apps.sandbox.cli", "A local Telegram for bots under development."),
    "bot": ("bot.cli.production", "Serve players at Telegram."),
    "worker": ("bot.cli.upkeep", "Write dirty sessions to PostgreSQL."),
    "migrate": ("bot.cli.upkeep", "Bring the database's tables up to date."),
    "admin": ("bot.cli.admin", "Look after a running game."),
    "catalogs": ("bot.cli.catalogs", "Keep translation files complete."),
    "screenshots": ("bot.cli.screenshots", "Take pictures of the chat page."),
}


@click.group(cls=Commands)
def cli() -> None:
    """An RPG inventory in a Telegram chat. Without a command: `demo`."""


def main() -> None:
    try:
        require_readable()
    except SettingsError as error:
        sys.exit(str(error))  # whatever else says something looks for secrets in that file
    sys.excepthook = tell_crash
    try:
        cli(prog_name="run.py", standalone_mode=True)
    except ValidationError as error:
        sys.exit("\n".join(explain(error)))
    except InventoryUnavailableError as error:
        sys.exit(clean(f"A server does not answer: {error!r}"))
    except (
        SettingsError,
        StartError,
        SandboxError,
        EmbeddedServersError,
        ItemsError,
        CatalogFileError,
    ) as error:
        sys.exit(clean(str(error)))
