"""`chaos`: kill everything at random while players tap, and count whether anything was lost."""

import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import uvloop

from apps.settings_file import ENV_FILE
from bot.cli.logs import set_up_logs
from bot.cli.progress import Progress, quiet_option
from tools.chaos.campaign import campaign
from tools.chaos.plan import Persistence, Plan, draw_plan
from tools.support.pgbouncer import MISSING, PROGRAM
from tools.support.standing import Standing


@click.command()
@click.option("--seeds", default=1, show_default=True, type=click.IntRange(1), help="How many campaigns.")
@click.option("--seed", type=click.IntRange(0), help="The first seed; without it a random one.")
@click.option(
    "--minutes", default=2.0, show_default=True, type=click.FloatRange(0.1), help="Each campaign's."
)
@click.option("--bots", default=2, show_default=True, type=click.IntRange(1, 8), help="Processes of the bot.")
@click.option("--players", default=48, show_default=True, type=click.IntRange(1, 1000))
@click.option(
    "--persistence",
    default=Persistence.AOF.value,
    show_default=True,
    type=click.Choice([each.value for each in Persistence]),
    help="What Redis keeps when it is killed.",
)
@click.option("--strict", is_flag=True, help="Strict durability: what is told is in PostgreSQL.")
@click.option("--pooler", is_flag=True, help="A PgBouncer before PostgreSQL, which dies, too.")
@click.option("--cluster", is_flag=True, help="Redis is a cluster; its nodes die, its masters change.")
@click.option("--ablate", is_flag=True, help="Take protections out one by one; which test notices?")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep data and logs in this folder.")
@quiet_option
def chaos(  # noqa: PLR0917 - click's options
    seeds: int,
    seed: int | None,
    minutes: float,
    bots: int,
    players: int,
    persistence: str,
    strict: bool,
    pooler: bool,
    cluster: bool,
    ablate: bool,
    keep: Path | None,
    quiet: bool,
) -> None:
    """Kill bots, workers, Redis and PostgreSQL at random, then look for every acknowledged operation.

    Clocks jump, keys vanish and backups come back meanwhile, and taps of any age come again at any bot. Exit
    code 1 when anything is lost, doubled, taken back or different from what its ledger says, or when too
    little was acknowledged to mean anything.
    """
    if ablate:
        command = [sys.executable, "-m", "tools.ablations", *(["--quiet"] if quiet else [])]
        sys.exit(subprocess.run(command, cwd=ENV_FILE.parent, check=False).returncode)  # noqa: S603 - our own command line
    if cluster and Persistence(persistence) is Persistence.NONE:
        raise click.UsageError("what a cluster without memory may lose nobody has promised")
    if pooler and not PROGRAM:
        raise click.ClickException(MISSING)
    set_up_logs("ERROR")
    first = secrets.randbelow(10**6) if seed is None else seed
    bad = 0
    for number in range(first, first + seeds):
        kept = Persistence(persistence)
        plan = draw_plan(
            *(number, minutes * 60, players, kept),
            strict=strict,
            bots=bots,
            pooled=pooler,
            clustered=cluster,
        )
        standing = Standing()
        with _data(keep, number) as data, _shown(plan, standing, quiet=quiet):
            report = uvloop.run(campaign(plan, data, standing))
        for line in report.lines():
            click.echo(line)
        bad += not report.good
    click.echo("Nothing lost beyond what is promised." if not bad else f"{bad} of {seeds} campaigns failed.")
    sys.exit(1 if bad else 0)


def _shown(plan: Plan, standing: Standing, *, quiet: bool) -> Progress:
    label = f"Campaign {plan.seed}, seconds"
    return Progress(label, int(plan.seconds), done=standing.seconds, note=lambda: standing.phase, quiet=quiet)


@contextmanager
def _data(keep: Path | None, seed: int) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
            yield Path(folder)
    else:
        yield keep / str(seed)
