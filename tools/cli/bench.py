"""`bench`: how fast it is, against what anybody would pick instead."""

import sys
import tempfile
from functools import partial
from pathlib import Path

import click
import uvloop

from bot.cli.logs import set_up_logs
from bot.cli.progress import Progress, quiet_option
from tools.bench.bench import QUICK, WHOLE, measure
from tools.bench.figures import ALL


@click.command()
@click.option("--quick", is_flag=True, help="Fewer players and repetitions: within two minutes.")
@click.option(
    "--json", "as_json", type=click.Path(path_type=Path, dir_okay=False), help="Write all to a file."
)
@quiet_option
def bench(*, quick: bool, as_json: Path | None, quiet: bool) -> None:
    """Figures as ratios against frozen baselines, measured in turns in the same run, on servers of its own.

    Exit code 1 when a floor is missed, or the baseline varies so much that nobody can say.
    """
    set_up_logs("ERROR")
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as data,
        Progress("Figures", len(ALL), quiet=quiet) as progress,
    ):
        size = QUICK if quick else WHOLE

        def found(line: str) -> None:
            progress.note = partial(str, line)
            progress.advance()

        report = uvloop.run(measure(size, Path(data), found))
    for line in report.lines():
        click.echo(line)
    if as_json:
        as_json.write_text(report.as_json(), "utf-8")
    sys.exit(not report.good)
