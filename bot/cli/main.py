"""The commands of production."""

import click

from bot.cli.commands import Commands, Table, call

COMMANDS: Table = {
    "bot": ("bot.cli.production", "Serve players at Telegram."),
    "worker": ("bot.cli.upkeep", "Write dirty sessions to PostgreSQL."),
    "migrate": ("bot.cli.upkeep", "Bring the database's tables up to date."),
    "admin": ("bot.cli.admin", "Look after a running game."),
}


@click.group(cls=Commands, table=COMMANDS)
def cli() -> None:
    """An RPG inventory in a Telegram chat."""


def main() -> None:
    call(cli)
