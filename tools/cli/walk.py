"""`walk`: players without sense tap at random through the real dispatcher; nothing may go wrong."""

import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import TypeAlias

import click
import uvloop

from apps.embedded import EmbeddedServers
from apps.game_core.settings import CoreSettings
from bot.cli.progress import Progress, quiet_option
from bot.telegram_models import completed_when_used
from tools.support.forks import forks

with completed_when_used():
    from tools.walk.party import PARTY, play
    from tools.walk.trail import Trail
    from tools.walk.walker import every_kind, untapped

_TAPS = 200
_SEEDS = 10**6
Tapped: TypeAlias = "Synchronized[int]"
_TAPPED: list[Tapped] = []
"""The one counter that a process of the pool was given."""


@click.command()
@click.option("--walks", type=click.IntRange(1), help="How many; 20, or with --seed that one alone.")
@click.option("--seed", type=click.IntRange(0), help="The first walk; without it a random one.")
@click.option("--taps", default=_TAPS, show_default=True, type=click.IntRange(4), help="Of each walk.")
@quiet_option
def walk(walks: int | None, seed: int | None, taps: int, *, quiet: bool) -> None:
    """Random walks of two players: valid, stale, doubled and forged taps, texts, and one restart in each.

    Exit code 1 when a tap is not answered, an error is logged, an item appears or vanishes, a menu is wrong
    or something is larger than the messenger takes.
    """
    first = PARTY * secrets.randbelow(_SEEDS) if seed is None else seed
    count = walks or (PARTY if seed is None else 1)
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="walk-") as data,
        EmbeddedServers(Path(data), durable=False) as servers,
    ):
        settings = CoreSettings(redis_url=servers.redis_url, database_url=servers.database_url)
        tapped = forks().Value("Q")
        with Progress("Taps", count * taps, done=lambda: tapped.value, quiet=quiet) as progress:
            trails = [
                _told(trail, progress)
                for party in played(parties(first, count), settings, taps, tapped)
                for trail in party
            ]
    for line in _summary(trails, time.monotonic() - began):
        click.echo(line)
    sys.exit(1 if any(trail.findings for trail in trails) else 0)


def parties(first: int, walks: int) -> Iterator[range]:
    """Seeds from `first` on, by party."""
    end = first + walks
    while first < end:
        last = min(end, (first // PARTY + 1) * PARTY)
        yield range(first, last)
        first = last


def played(
    seeds: Iterator[range], settings: CoreSettings, taps: int, tapped: Tapped
) -> Iterator[Sequence[Trail]]:
    """As many parties at once as there are processors, each in a process of its own.

    `tapped` counts the taps of all of them while they play.
    """
    with ProcessPoolExecutor(
        os.cpu_count(), mp_context=forks(), initializer=_share, initargs=(tapped,)
    ) as pool:
        yield from pool.map(partial(_play, settings, taps), seeds)


def _share(tapped: Tapped) -> None:
    _TAPPED.append(tapped)


def _play(settings: CoreSettings, taps: int, seeds: range) -> Sequence[Trail]:
    return uvloop.run(play(seeds, settings, taps, _count))


def _count(taps: int) -> None:
    [tapped] = _TAPPED
    with tapped.get_lock():
        tapped.value += taps


def _told(trail: Trail, progress: Progress) -> Trail:
    if trail.findings:
        progress.say("\n".join(trail.lines()))
    return trail


def _summary(trails: Sequence[Trail], seconds: float) -> Iterator[str]:
    walks = [trail for trail in trails if trail.taps]
    answers = Counter[str]()
    for trail in walks:
        answers += trail.answers
    bad = sum(bool(trail.findings) for trail in trails)
    yield f"{len(walks)} walks, {sum(trail.taps for trail in walks)} taps in {seconds:.0f} s"
    yield f"  answers  {', '.join(f'{name} {count}' for name, count in answers.most_common())}"
    never = untapped(walks)
    yield f"  buttons  {len(every_kind() - never)} of {len(every_kind())} kinds" + (
        f"; never {', '.join(sorted(never))}" if never else ""
    )
    yield f"  {bad} walks with findings" if bad else "  nothing went wrong"
