"""Commands that keep a real deployment's database right: they know nothing of Telegram, and start fast."""

import sys

import click

from apps.game_core.adapters.postgres.migrate import bring_up_to_date, steps
from bot.cli.environment import require_servers
from bot.cli.logs import set_up_logs
from bot.cli.progress import Progress, quiet_option
from bot.process.lifetime import run
from bot.process.working import run_worker
from bot.settings import BotSettings


@click.command()
def worker() -> None:
    """Write dirty sessions to PostgreSQL; any number may run side by side."""
    core = require_servers()
    set_up_logs(BotSettings().log_level)
    run(run_worker(core))


@click.command()
@quiet_option
def migrate(*, quiet: bool) -> None:
    """Bring the database's tables up to date."""
    core = require_servers()
    set_up_logs(BotSettings().log_level)

    with Progress("Steps of the schema", steps(), quiet=quiet) as progress:
        if not run(bring_up_to_date(core.database_url, progress.reach)):
            sys.exit("Stopped before it was done: the step that ran is taken back. Run it again.")
        progress.reach(steps())  # those that an earlier run has done were not told
    click.echo("The database is up to date.")
