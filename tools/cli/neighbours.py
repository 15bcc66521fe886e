"""`neighbours`: what slow answers and an endless writer do to everybody else's taps."""

import sys
import tempfile
from pathlib import Path

import click
import uvloop

from bot.cli.logs import set_up_logs
from bot.cli.progress import Progress, quiet_option
from tools.neighbours.measuring import Size, measure

_QUICK = Size(seconds=2.5, repetitions=1, players=10, side_by_side=True, warming=0.5)


@click.command()
@click.option("--seconds", default=20.0, show_default=True, type=click.FloatRange(1), help="Of each block.")
@click.option("--repetitions", default=7, show_default=True, type=click.IntRange(1), help="Pairs of blocks.")
@click.option(
    "--quick", is_flag=True, help="Only see that it works: seconds long, proves nothing about times."
)
@quiet_option
def neighbours(seconds: float, repetitions: int, *, quick: bool, quiet: bool) -> None:
    """How long taps take alone, and beside slow answers and a stranger who writes without end.

    On servers of its own, by polling and by webhook. Exit code 1 when the slowest hundredth of the other
    players' taps takes more than 1.2 times what it takes alone, or a tap is lost.
    """
    set_up_logs("ERROR")
    size = _QUICK if quick else Size(seconds, repetitions)
    with (
        tempfile.TemporaryDirectory(prefix="neighbours-") as data,
        Progress("Blocks", size.blocks, quiet=quiet) as progress,
    ):
        report = uvloop.run(measure(size, Path(data), progress.begin))
    for line in report.lines():
        click.echo(line)
    sys.exit(not (report.sound if quick else report.good))
