"""The commands of production; in a checkout, those that lie beside it as well."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

from apps.settings_file import CHECKOUT
from bot.cli.commands import Commands, Table, call

COMMANDS: Table = {
    "bot": ("bot.cli.production", "Serve players at Telegram."),
    "worker": ("bot.cli.upkeep", "Write dirty sessions to PostgreSQL."),
    "migrate": ("bot.cli.upkeep", "Bring the database's tables up to date."),
    "admin": ("bot.cli.admin", "Look after a running game."),
}
_ALL_COMMANDS = "tools.cli.main"


@click.group(cls=Commands, table=COMMANDS)
def cli() -> None:
    """An RPG inventory in a Telegram chat."""


def main() -> None:
    if CHECKOUT and _is_within(CHECKOUT, _ALL_COMMANDS):
        import_module(_ALL_COMMANDS).main()
    else:
        call(cli)


def _is_within(root: Path, name: str) -> bool:
    """Whether there is such a module of ours; other people's packages may be called the same."""
    if not root.joinpath(*name.split(".")).with_suffix(".py").is_file():
        return False
    spec = find_spec(name)
    return spec is not None and spec.origin is not None and Path(spec.origin).is_relative_to(root)
