"""`failover`: Redis gets another master while players tap; what is lost then."""

import sys
import tempfile
from pathlib import Path

import click
import uvloop

from bot.cli.logs import set_up_logs
from bot.cli.progress import Progress, quiet_option
from tools.failover.campaign import play_case
from tools.failover.cases import Accident, Case, Safety, all_cases
from tools.failover.report import HEAD
from tools.failover.scene import Size
from tools.support.standing import Standing

FATES = ("live", "die")


@click.command()
@click.option(
    "--accident", multiple=True, type=click.Choice([each.value for each in Accident]), help="Only these."
)
@click.option(
    "--safety", multiple=True, type=click.Choice([each.value for each in Safety]), help="Only these."
)
@click.option("--fate", multiple=True, type=click.Choice(FATES), help="Of the bots: only these.")
@click.option("--seconds", default=12.0, show_default=True, type=click.FloatRange(5), help="Each case's.")
@click.option("--players", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--bots", default=2, show_default=True, type=click.IntRange(1, 8), help="Processes of the bot.")
@click.option("--replicas", default=2, show_default=True, type=click.IntRange(1, 5), help="Of each master.")
@click.option("--cluster", is_flag=True, help="Of one master in a cluster of three, without sentinels.")
@quiet_option
def failover(  # noqa: PLR0917 - click's options
    accident: tuple[str, ...],
    safety: tuple[str, ...],
    fate: tuple[str, ...],
    seconds: float,
    players: int,
    bots: int,
    replicas: int,
    *,
    cluster: bool,
    quiet: bool,
) -> None:
    """Another master by Sentinel or in a cluster, planned and not, with what protects from it and without.

    On servers of its own. Exit code 1 when anything is doubled, when something is lost or taken
    back that should not be, or when too little was acknowledged to mean anything.
    """
    set_up_logs("CRITICAL")
    cases = [each for each in all_cases(in_a_cluster=cluster) if is_wanted(each, accident, safety, fate)]
    size, bad = Size(seconds, players, bots, replicas), 0
    standing = Standing()
    click.echo(HEAD)
    with Progress("Cases", len(cases), note=lambda: standing.phase, quiet=quiet) as progress:
        for case in cases:
            with tempfile.TemporaryDirectory(prefix="failover-") as data:
                outcome = uvloop.run(play_case(case, size, Path(data), standing))
            for line in outcome.lines():
                click.echo(line)
            bad += not outcome.good
            progress.advance()
    click.echo("Nothing lost beyond what is promised." if not bad else f"{bad} of {len(cases)} cases failed.")
    sys.exit(1 if bad else 0)


def is_wanted(case: Case, *wanted: tuple[str, ...]) -> bool:
    """Where nothing is said, all are wanted."""
    kinds = (case.accident, case.safety, FATES[case.bots_die])
    return all(not some or kind in some for kind, some in zip(kinds, wanted, strict=True))
