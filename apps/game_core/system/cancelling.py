"""Loops that run until they are cancelled, over drivers that may swallow it."""

import asyncio


def is_cancelled() -> bool:
    """Whether somebody wants this task to end.

    A driver that is cancelled while it connects may swallow that, or make an error of it: who loops for ever
    has to ask.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def taken_over() -> bool:
    """Whether somebody wants this task to end; from here on it sees to that by itself."""
    task, wanted = asyncio.current_task(), is_cancelled()
    while task is not None and task.cancelling():
        task.uncancel()
    return wanted
