"""A real process that does something, and stops somewhere in it until it is killed there."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from multiprocessing.connection import Connection
from typing import Any, Concatenate, ParamSpec

from tools.support.forks import forks
from tools.support.patience import PATIENCE

P = ParamSpec("P")
Stop = Callable[[], Awaitable[None]]


def killed_there(
    work: Callable[Concatenate[Stop, P], Coroutine[Any, Any, None]], *arguments: P.args, **named: P.kwargs
) -> None:
    """SIGKILL, once it says that it is where it stops."""
    context = forks()
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_do, args=(there, work, arguments, named), daemon=True)
    process.start()
    there.close()
    try:
        assert here.poll(PATIENCE)
        assert here.recv() == "here"
    finally:
        process.kill()
        process.join()


def _do(
    told: "Connection[Any, Any]",
    work: Callable[..., Coroutine[Any, Any, None]],
    arguments: tuple[Any, ...],
    named: dict[str, Any],
) -> None:
    async def stop() -> None:
        told.send("here")
        await asyncio.sleep(PATIENCE)

    asyncio.run(work(stop, *arguments, **named))
