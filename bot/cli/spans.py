"""Many inventories, looked through by several processes at a time."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any, TypeVar

import click
import uvloop

from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.histories import PostgresHistories

# Inventories that one process looks at in one go: enough that starting costs little beside it.
SPAN = 1000
_MOST_JOBS = 32
_USUAL_JOBS = min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)

Span = tuple[int, int | None]
"""Characters with ids above the one number, at most the other; None: as many as there are."""
R = TypeVar("R")


def jobs_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--jobs",
        default=_USUAL_JOBS,
        show_default=True,
        type=click.IntRange(1, _MOST_JOBS),
        help="How many processes look at once, each with a database connection.",
    )(command)


def spans(address: str, size: int) -> Sequence[Span]:
    return uvloop.run(_spans(address, size))


def looked(look: Callable[[str, Span], R], address: str, jobs: int, spans: Sequence[Span]) -> Iterator[R]:
    """What was seen in each span, in the order of ids however fast each process is."""
    if min(jobs, len(spans)) == 1:
        yield from map(partial(look, address), spans)
        return
    context = multiprocessing.get_context("spawn")
    workers = ProcessPoolExecutor(min(jobs, len(spans)), context, initializer=_leave_interrupts_to_the_parent)
    try:
        yield from workers.map(partial(look, address), spans)
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
