"""`ring`: players in a circle trade with both neighbours at once, on several bots."""

import secrets
import sys
import tempfile
from pathlib import Path

import click
import uvloop

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.migrate import bring_up_to_date
from apps.game_core.settings import CoreSettings
from bot.cli.logs import set_up_logs
from bot.cli.progress import Progress, quiet_option
from tools.ring.bots import apart
from tools.ring.report import Plan, Report
from tools.ring.show import show
from tools.support.standing import Standing


@click.command()
@click.option("--trades", default=1000, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--players", default=100, show_default=True, type=click.IntRange(3, 1000))
@click.option("--bots", default=2, show_default=True, type=click.IntRange(1, 16), help="Processes.")
@click.option("--within", default=60.0, show_default=True, type=click.FloatRange(1), help="Seconds.")
@click.option("--seed", type=click.IntRange(0), help="Of the players' habits; without it a random one.")
@quiet_option
def ring(trades: int, players: int, bots: int, within: float, seed: int | None, *, quiet: bool) -> None:
    """Let everybody in a circle trade with both neighbours at once, each tap at another bot process.

    Exit code 1 when a database deadlocks, a trade is neither settled nor given back in time, something is
    lost or doubled, or somebody was told what is not so.
    """
    set_up_logs("ERROR")
    plan = Plan(trades, players, bots, secrets.randbelow(10**6) if seed is None else seed, within)
    standing = Standing()
    with (
        tempfile.TemporaryDirectory(prefix="ring-") as folder,
        Progress("Seconds", int(within), done=standing.seconds, note=lambda: standing.phase, quiet=quiet),
    ):
        report = uvloop.run(_shown(plan, Path(folder), standing))
    for line in report.lines():
        click.echo(line)
    sys.exit(0 if report.good else 1)


async def _shown(plan: Plan, data: Path, standing: Standing) -> Report:
    with EmbeddedServers(data, durable=False) as servers:
        settings = CoreSettings(
            _env_file=None, redis_url=servers.redis_url, database_url=servers.database_url
        )
        await bring_up_to_date(settings.database_url)
        return await show(plan, settings, apart, standing)
