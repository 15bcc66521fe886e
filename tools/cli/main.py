"""All commands of `run.py`: those of production, and those that a checkout has beside them."""

import click

from apps.embedded import EmbeddedServersError
from bot.cli.commands import Commands, Table, call
from bot.cli.main import COMMANDS as PRODUCTION
from telegram_sandbox.errors import SandboxError

COMMANDS: Table = {
    "demo": ("tools.cli.demo", "Start everything and open the chat page."),
    "test": ("tools.cli.test", "Check code and texts, then run the tests on real servers."),
    "explore": ("tools.cli.explore", "Explore the session protocol in every order of faults."),
    "chaos": ("tools.cli.chaos", "Kill everything at random, then look for what was acknowledged."),
    "walk": ("tools.cli.walk", "Let two players tap at random, and see that nothing goes wrong."),
    "crowd": ("tools.cli.crowd", "Let many players tap fast on several bots behind a balancer."),
    "ring": ("tools.cli.ring", "Let players in a circle trade all at once on several bots."),
    "rolling": ("tools.cli.rolling", "Replace every process while players tap."),
    "staging": ("tools.cli.staging", "Rehearse production on this machine: play, break, upgrade, audit."),
    "neighbours": ("tools.cli.neighbours", "Measure taps beside slow answers and an endless writer."),
    "failover": ("tools.cli.failover", "Give Redis another master while players tap."),
    "years": ("tools.cli.years", "Measure a ledger as after years, audited, archived, restored."),
    "capacity": ("tools.cli.capacity", "Offer the stores a rate of taps, and see what gives out first."),
    "bench": ("tools.cli.bench", "Measure speed against what anybody would pick instead."),
    "sandbox": ("telegram_sandbox.cli", "A local Telegram for bots under development."),
    **PRODUCTION,
    "catalogs": ("tools.cli.catalogs", "Keep translation files complete."),
    "screenshots": ("tools.cli.screenshots", "Take pictures of the chat page."),
    "dashboard": ("tools.cli.dashboard", "Draw the dashboard from a game that is played."),
}


@click.group(cls=Commands, table=COMMANDS, first="demo")
def cli() -> None:
    """An RPG inventory in a Telegram chat. Without a command: `demo`."""


def main() -> None:
    call(cli, SandboxError, EmbeddedServersError, name="run.py")
