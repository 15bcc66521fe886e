"""`admin audit`: every inventory against its ledger, by several processes at a time."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import click
import uvloop

from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.inventory.inventory.logic.audit import Audit
from bot.cli.environment import SettingsError, require_database, unavailable
from bot.cli.progress import Progress, quiet_option

# Inventories that one process looks at in one go: enough that starting costs little beside it.
_SPAN = 1000
_MOST_JOBS = 32
_USUAL_JOBS = min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)

Span = tuple[int, int | None]
"""Characters with ids above the one number, at most the other; None: as many as there are."""


@dataclass(frozen=True, slots=True)
class Looked:
    inventories: int
    offenders: int
    lines: tuple[str, ...]


@click.command()
@click.option(
    "--jobs",
    default=_USUAL_JOBS,
    show_default=True,
    type=click.IntRange(1, _MOST_JOBS),
    help="How many processes look at once, each with a database connection.",
)
@quiet_option
def audit(jobs: int, *, quiet: bool) -> None:
    """Count every item: starting kit and ledger must explain each inventory. Safe while the game runs.

    Exit code 1 when an inventory is not what its ledger says. Rows edited by SQL are such ones, too, until
    the game itself has built on them.
    """
    address = require_database()
    looked_at = offenders = 0
    try:
        spans = uvloop.run(_spans(address, _SPAN))
        with Progress(f"Inventories by the {_SPAN}", len(spans), quiet=quiet) as progress:
            for looked in _looked(address, min(jobs, len(spans)), spans):
                progress.advance()
                looked_at += looked.inventories
                offenders += looked.offenders
                for line in looked.lines:
                    progress.say(line)
    except InventoryUnavailableError as error:
        raise SettingsError(unavailable(error)) from error
    click.echo(f"{looked_at} inventories looked at, {offenders} not as they should be.")
    sys.exit(1 if offenders else 0)


def _looked(address: str, jobs: int, spans: Sequence[Span]) -> Iterator[Looked]:
    """What was seen in each span, in the order of ids however fast each process is."""
    if jobs == 1:
        yield from map(partial(_look, address), spans)
        return
    context = multiprocessing.get_context("spawn")
    workers = ProcessPoolExecutor(jobs, context, initializer=_leave_interrupts_to_the_parent)
    try:
        yield from workers.map(partial(_look, address), spans)
    finally:
        workers.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


async def _spans(address: str, size: int) -> Sequence[Span]:
    engine = make_engine(address)
    histories = PostgresHistories(engine)
    starts = [0]
    try:
        while len(found := await histories.char_ids(starts[-1], size)) == size:
            starts.append(found[-1])
    finally:
        await engine.dispose()
    # The last one is open: characters are born while we look.
    return list(zip(starts, [*starts[1:], None], strict=True))


def _look(address: str, span: Span) -> Looked:
    return uvloop.run(_audited(address, *span))


async def _audited(address: str, after: int, upto: int | None) -> Looked:
    engine = make_engine(address)
    inventories, offenders, lines = 0, 0, list[str]()
    try:
        async for _, found in Audit(PostgresHistories(engine)).run(after, upto):
            inventories += 1
            offenders += bool(found)
            lines += map(str, found)
    finally:
        await engine.dispose()
    return Looked(inventories, offenders, tuple(lines))
