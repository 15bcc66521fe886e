"""Background tasks that somebody watches: kept, logged when they fail, cancelled together."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Nursery:
    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    async def close(self, patience: float = 1.0) -> None:
        """Cancel what still runs and wait until it is gone.

        Again after so many seconds: a driver may lose a cancellation that comes together with an answer.
        """
        while running := set(self._tasks):
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=patience)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("background task failed", task=task.get_name(), exc_info=error)
