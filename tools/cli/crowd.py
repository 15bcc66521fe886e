"""`crowd`: fast tappers on several bots behind a balancer without affinity."""

import secrets
import sys
import tempfile
from pathlib import Path

import click
import uvloop

from bot.cli.logs import set_up_logs
from bot.cli.progress import Progress, quiet_option
from tools.crowd.show import Plan, show
from tools.support.standing import Standing


@click.command()
@click.option("--bots", default=4, show_default=True, type=click.IntRange(1, 16), help="Bot processes.")
@click.option("--players", default=50, show_default=True, type=click.IntRange(1, 500))
@click.option("--seconds", default=30.0, show_default=True, type=click.FloatRange(1, 600), help="Of play.")
@click.option("--seed", type=click.IntRange(0), help="Of the players' habits; without it a random one.")
@click.option(
    "--per-second", default=0.0, type=click.FloatRange(0), help="A limit for all chats together; 0: none."
)
@click.option("--keep", type=click.Path(path_type=Path), help="Keep data and logs in this folder.")
@quiet_option
def crowd(  # noqa: PLR0917 - click's options
    bots: int,
    players: int,
    seconds: float,
    seed: int | None,
    per_second: float,
    keep: Path | None,
    *,
    quiet: bool,
) -> None:
    """Let players tap faster than menus are drawn, each update at another bot process.

    Exit code 1 when a bot meets flood control, a tap is not answered, or somebody's menu does not show in the
    end how things stand.
    """
    set_up_logs("ERROR")
    plan = Plan(bots, players, seconds, secrets.randbelow(10**6) if seed is None else seed, per_second)
    standing = Standing()
    with (
        tempfile.TemporaryDirectory(prefix="crowd-") as folder,
        Progress("Seconds", int(seconds), done=standing.seconds, note=lambda: standing.phase, quiet=quiet),
    ):
        report = uvloop.run(show(plan, keep or Path(folder), standing))
    for line in report.lines():
        click.echo(line)
    sys.exit(0 if report.good else 1)
