"""Loops that run until they are cancelled, over drivers that may swallow it."""

import asyncio


def is_cancelled() -> bool:
    """Whether somebody wants this task to end.

    A driver that is cancelled while it connects may swallow that, or make an error of it: who loops for ever
    has to ask.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
