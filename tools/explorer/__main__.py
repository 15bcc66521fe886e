"""The command line of the explorer; `python3 run.py explore` comes here."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import partial

import click

from bot.cli.progress import Progress, quiet_option
from tools.explorer.ablations import ABLATIONS
from tools.explorer.open_questions import OPEN
from tools.explorer.protocol import Bounds
from tools.explorer.report import ablation_lines, scenario_lines, try_ablation
from tools.explorer.scenarios import SCENARIOS, SHORT, BoundsError, parsed
from tools.explorer.search import Explorer
from tools.explorer.trading.ablations import TRADE_ABLATIONS
from tools.explorer.trading.search import TradeExplorer
from tools.explorer.trading.world import World
from tools.explorer.trading.worlds import SHORT_TRADES, TRADES


class BoundsType(click.ParamType[Bounds]):
    name = "bounds"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Bounds:
        try:
            return parsed(str(value), Bounds())
        except BoundsError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.option(
    "--scenario", "names", multiple=True, type=click.Choice([*SCENARIOS, *TRADES]), help="Only this one."
)
@click.option(
    "--bounds", type=BoundsType(), help="A world of your own, e.g. adds=2,take=1,losses=1,workers=1."
)
@click.option("--short", is_flag=True, help="The small worlds of the test suite.")
@click.option("--ablate", is_flag=True, help="Take each protection out and show what breaks.")
@click.option(
    "--limit",
    default=5_000_000,
    show_default=True,
    type=click.IntRange(1),
    help="Give a world up after so many states.",
)
@click.option("--statemachine", is_flag=True, help="Drive the real services against real servers instead.")
@click.option(
    "--steps",
    default=20_000,
    show_default=True,
    type=click.IntRange(1),
    help="How many steps the state machine takes.",
)
@quiet_option
def explore(
    *,
    names: tuple[str, ...],
    bounds: Bounds | None,
    short: bool,
    ablate: bool,
    limit: int,
    statemachine: bool,
    steps: int,
    quiet: bool,
) -> None:
    """Explore the session protocol in every order of steps and faults; exit with 1 on a violation."""
    if statemachine:
        sys.exit(_drive(steps, quiet=quiet))
    if ablate:
        sys.exit(_ablate(quiet=quiet))
    all_worlds: Mapping[str, Bounds | World] = {**SHORT, **SHORT_TRADES} if short else {**SCENARIOS, **TRADES}
    worlds = {"bounds": bounds} if bounds else all_worlds
    chosen = {name: world for name, world in worlds.items() if not names or name in names}
    sys.exit(_explore(chosen, limit, quiet=quiet))


def _explore(worlds: Mapping[str, Bounds | World], limit: int, *, quiet: bool) -> int:
    states, failed = 0, False
    with Progress("Worlds", len(worlds), quiet=quiet) as progress:
        for name, bounds in worlds.items():
            started = time.monotonic()
            explorer = _explorer(bounds, limit)
            progress.note = partial(_standing, name, explorer)
            found = explorer.run()
            states, failed = states + found.states, failed or bool(found.violations)
            for line in scenario_lines(name, bounds, found, time.monotonic() - started):
                progress.say(line)
            progress.advance()
    click.echo(f"{states:,} states, {'VIOLATIONS' if failed else 'no violation'}")
    return int(failed)


def _explorer(bounds: Bounds | World, limit: int) -> Explorer | TradeExplorer:
    if isinstance(bounds, World):
        return TradeExplorer(bounds, limit=limit)
    return Explorer(bounds=bounds, limit=limit)


def _standing(name: str, explorer: Explorer | TradeExplorer) -> str:
    return f"{name}: {explorer.standing}"


def _ablate(*, quiet: bool) -> int:
    ablations, results = {**ABLATIONS, **OPEN, **TRADE_ABLATIONS}, {}
    with Progress("Protections", len(ablations), quiet=quiet) as progress:
        for name, ablation in ablations.items():
            progress.note = partial(str, name)
            results[name] = try_ablation(ablation)
            progress.advance()
    for name, result in results.items():
        for line in ablation_lines(name, result):
            click.echo(line)
    return int(not all(result.is_as_expected for result in results.values()))


def _drive(steps: int, *, quiet: bool) -> int:
    environment = {**os.environ, "STATEMACHINE_STEPS": str(steps), "STATEMACHINE_QUIET": "1" if quiet else ""}
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/statemachine"]
    return subprocess.run(command, check=False, env=environment).returncode


if __name__ == "__main__":
    explore(prog_name="run.py explore")
