"""`years`: a ledger as after years, and what audit, archive and restore cost across it."""

import json
import os
import sys
import tempfile
from pathlib import Path

import click

from bot.cli.logs import set_up_logs
from bot.cli.progress import Progress, quiet_option
from tools.support.standing import Standing
from tools.years.show import Plan, show


@click.command()
@click.option("--characters", default=2_000, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--changes", default=50, show_default=True, type=click.IntRange(1, 10_000), help="Of each.")
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, type=click.IntRange(1, 32))
@click.option(
    "--json", "as_json", type=click.Path(path_type=Path, dir_okay=False), help="Write all to a file."
)
@quiet_option
def years(characters: int, changes: int, jobs: int, as_json: Path | None, *, quiet: bool) -> None:
    """Have characters change their inventories by the game itself, then look back, on servers of its own.

    The ledger is measured, audited twice, archived, audited again from checkpoints and from files, and some
    are restored across it. Exit code 1 when an audit is not clean, a look back tells another past than
    before, or a figure is over its bound.
    """
    set_up_logs("ERROR")
    standing = Standing()
    with (
        tempfile.TemporaryDirectory(prefix="years-") as data,
        Progress("Characters", characters, done=standing.seconds, note=lambda: standing.phase, quiet=quiet),
    ):
        figures = show(Plan(characters, changes, jobs), Path(data), standing)
    for line in figures.lines():
        click.echo(line)
    if as_json:
        as_json.write_text(json.dumps(figures.as_json(), indent=1), "utf-8")
    sys.exit(0 if figures.good else 1)
