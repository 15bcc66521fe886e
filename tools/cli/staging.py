"""`staging`: everything as in production on this machine, played on, broken, replaced, and audited."""

import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
import uvloop

from bot.cli.logs import set_up_logs
from bot.cli.progress import Progress, quiet_option
from tools.chaos.plan import Persistence, draw_plan
from tools.rolling.releases import BEFORE, NoSuchReleaseError, unpacked
from tools.rolling.replacing import DidNotStartError
from tools.staging.show import Rehearsal, rehearse
from tools.staging.stages import Stage
from tools.support import nginx, pgbouncer
from tools.support.standing import Standing


@click.command()
@click.option(
    "--minutes",
    default=20.0,
    show_default=True,
    type=click.FloatRange(0.1),
    help="Of chaos, beside the rest.",
)
@click.option("--players", default=48, show_default=True, type=click.IntRange(2, 1000))
@click.option("--seed", type=click.IntRange(0), help="Of habits and faults; without it a random one.")
@click.option(
    "--pause", default=3.0, show_default=True, type=click.FloatRange(0), help="Seconds between replacements."
)
@click.option("--from", "earlier", default=BEFORE, show_default=True, help="The revision to upgrade from.")
@click.option("--no-upgrade", "alone", is_flag=True, help="Begin with this code.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep data and logs in this folder.")
@quiet_option
def staging(  # noqa: PLR0917 - click's options
    minutes: float,
    players: int,
    seed: int | None,
    pause: float,
    earlier: str,
    alone: bool,
    keep: Path | None,
    quiet: bool,
) -> None:
    """A Redis Cluster, PostgreSQL behind PgBouncer, two bots by webhook behind nginx, and two workers.

    Upgraded and restarted under taps, with a newcomer, and chaos in between: nodes are killed, masters fail
    over, pooler and proxy die. Exit code 1 when a stage does not keep what is promised.
    """
    for program, missing in ((nginx.PROGRAM, nginx.MISSING), (pgbouncer.PROGRAM, pgbouncer.MISSING)):
        if not program:
            raise click.ClickException(missing)
    set_up_logs("ERROR")
    number = secrets.randbelow(10**6) if seed is None else seed
    chaos = draw_plan(
        *(number, minutes * 60, players, Persistence.AOF), pooled=True, proxied=True, clustered=True
    )
    standing, seconds = Standing(), int(chaos.seconds)
    with (
        _data(keep) as data,
        _code(None if alone else earlier) as code,
        Progress("Seconds", seconds, done=standing.seconds, note=lambda: standing.phase, quiet=quiet),
    ):
        try:
            kept = uvloop.run(rehearse(Rehearsal(chaos, pause, code), data, _tell, standing))
        except DidNotStartError as error:
            raise click.ClickException(str(error)) from error
    start = "--no-upgrade" if alone else f"--from {earlier}"
    played = f"--seed {number} --minutes {minutes:g} --players {players} --pause {pause:g}"
    again = f"python3 run.py staging {played} {start}"
    click.echo("Everything that is promised was kept." if kept else f"Again: {again}")
    sys.exit(0 if kept else 1)


def _tell(stage: Stage) -> None:
    click.echo(str(stage))
    for line in stage.details:
        click.echo(f"  {line}")


@contextmanager
def _data(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="staging-") as folder:
            yield Path(folder)
    else:
        yield keep


@contextmanager
def _code(revision: str | None) -> Iterator[Path | None]:
    """What is to be upgraded; where nobody said what, a clone without history has nothing."""
    if revision is None:
        yield None
        return
    with ExitStack() as stack:
        code = None
        try:
            code = stack.enter_context(unpacked(revision))
        except NoSuchReleaseError as error:
            if revision != BEFORE:
                raise click.ClickException(str(error)) from error
            click.echo(f"{'upgrade':10} skipped: {error}")
        yield code
