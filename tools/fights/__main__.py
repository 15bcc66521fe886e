"""The long form: random gear tried on, and both sets' fights played, until as many fights were fought."""

import sys
from itertools import islice

import click

from bot.cli.progress import Progress, quiet_option
from tools.fights.gear import random_trials
from tools.fights.playing import difference


@click.command()
@click.option("--fights", default=100_000, show_default=True, type=click.IntRange(1), help="How many in all.")
@click.option(
    "--each", default=200, show_default=True, type=click.IntRange(1), help="How many in either set."
)
@click.option("--seed", default=1, show_default=True)
@quiet_option
def play(fights: int, each: int, seed: int, *, quiet: bool) -> None:
    """Compare what cards say with fights that are played; exit with 1 on a contradiction."""
    trials = max(1, fights // (2 * each))
    wrong, clear = 0, 0
    with Progress("Cards", trials, quiet=quiet) as progress:
        for number, tried in enumerate(islice(random_trials(seed), trials)):
            played = difference(tried, each, number)
            clear += abs(played.value) > 5 * played.error
            if played.contradicts(tried.card.verdict):
                wrong += 1
                click.echo(f"{tried.card.verdict}, but played {played}: {tried}")
            progress.advance()
    click.echo(f"{trials * 2 * each} fights, {trials} cards, {clear} clear by playing, {wrong} contradicted")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    play()
