"""`capacity`: stores for a million characters, at a rate, and what gives out first."""

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import click
import uvloop

from bot.cli.logs import set_up_logs
from bot.cli.progress import Progress, quiet_option
from tools.capacity.show import Plan, show
from tools.support.standing import Standing

_STEPS = 4


@click.command()
@click.option("--characters", default=20_000, show_default=True, type=click.IntRange(10, 10_000_000))
@click.option(
    "--rate", default=400.0, show_default=True, type=click.FloatRange(1), help="Taps a second, at the last."
)
@click.option(
    "--seconds", default=20.0, show_default=True, type=click.FloatRange(1), help="Of each of four rates."
)
@click.option("--bots", default=1, show_default=True, type=click.IntRange(1, 32), help="That offer taps.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 32))
@click.option("--replicas", default=0, show_default=True, type=click.IntRange(0, 2), help="Of each master.")
@click.option(
    "--json", "as_json", type=click.Path(path_type=Path, dir_okay=False), help="Write all to a file."
)
@quiet_option
def capacity(  # noqa: PLR0917 - click's options
    characters: int,
    rate: float,
    seconds: float,
    bots: int,
    workers: int,
    replicas: int,
    as_json: Path | None,
    *,
    quiet: bool,
) -> None:
    """Offer the stores' part of taps, without a messenger, to a Redis Cluster and PostgreSQL of its own.

    At a quarter, a half, three quarters and all of the rate, whether that is kept up with or not. Exit code 1
    when a change that was acknowledged is not in the ledger, one fails, or the audit finds something.
    """
    set_up_logs("ERROR")
    standing, plan = Standing(), Plan(characters, rate, seconds, bots, workers, replicas)
    with (
        tempfile.TemporaryDirectory(prefix="capacity-") as data,
        Progress(
            "Seconds", int(_STEPS * seconds), done=standing.seconds, note=lambda: standing.phase, quiet=quiet
        ),
    ):
        report = uvloop.run(show(plan, Path(data), standing))
    for line in report.lines():
        click.echo(line)
    if as_json:
        as_json.write_text(json.dumps({"good": report.good, **asdict(report)}, indent=1), "utf-8")
    sys.exit(0 if report.good else 1)
