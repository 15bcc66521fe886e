"""`rolling`: every process is replaced while players tap, by this release or from an earlier one."""

import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import uvloop

from bot.cli.logs import set_up_logs
from bot.cli.progress import Progress, quiet_option
from tools.chaos.plan import WORKERS
from tools.rolling.releases import NoSuchReleaseError, unpacked
from tools.rolling.replacing import DidNotStartError
from tools.rolling.show import Plan, Report, show
from tools.support.standing import Standing


@click.command()
@click.option("--from", "earlier", help="A revision in the repository that runs first; without it this code.")
@click.option("--bots", default=2, show_default=True, type=click.IntRange(2, 8), help="Bot processes.")
@click.option("--players", default=24, show_default=True, type=click.IntRange(2, 500))
@click.option(
    "--pause", default=4.0, show_default=True, type=click.FloatRange(0), help="Seconds between replacements."
)
@click.option("--seed", type=click.IntRange(0), help="Of the players' habits; without it a random one.")
@quiet_option
def rolling(
    earlier: str | None, bots: int, players: int, pause: float, seed: int | None, *, quiet: bool
) -> None:
    """Let players tap, trade and deal while each worker and each bot is stopped and started again.

    Exit code 1 when a tap is not answered, a process does not end in time, or anything is lost, doubled or
    taken back.
    """
    set_up_logs("ERROR")
    number = secrets.randbelow(10**6) if seed is None else seed
    standing = Standing()
    seconds = int(pause * (1 + WORKERS + bots))
    with (
        tempfile.TemporaryDirectory(prefix="rolling-") as folder,
        _code(earlier) as code,
        Progress("Seconds", seconds, done=standing.seconds, note=lambda: standing.phase, quiet=quiet),
    ):
        report = _shown(Plan(bots, players, pause, number, code), Path(folder), standing)
    for line in report.lines():
        click.echo(line)
    sys.exit(0 if report.good else 1)


def _shown(plan: Plan, data: Path, standing: Standing) -> Report:
    try:
        return uvloop.run(show(plan, data, standing))
    except DidNotStartError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _code(revision: str | None) -> Iterator[Path | None]:
    if revision is None:
        yield None
        return
    try:
        with unpacked(revision) as code:
            yield code
    except NoSuchReleaseError as error:
        raise click.ClickException(str(error)) from error
