"""Real processes that start in milliseconds: forked from one that has imported everything."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from multiprocessing.context import ForkServerContext

from apps.embedded.launch import die_with_parent


def forks() -> ForkServerContext:
    """One process of ours has one that all the others are forked from, started with the first of these."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tools.support.imported"])
    return context


def become_bot(words: Sequence[str], environment: Mapping[str, str]) -> None:
    """`python -m bot <words>` in that environment, for as long as whoever started us is there."""
    _become("bot", words, environment)


def become_checkout(words: Sequence[str], environment: Mapping[str, str]) -> None:
    """`python3 run.py <words>`, likewise."""
    _become("tools", words, environment)


def _become(package: str, words: Sequence[str], environment: Mapping[str, str]) -> None:
    die_with_parent(os.getppid(), signal.SIGKILL)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [package, *words]
    # What it needs was imported before the fork, in the process forked from.
    main = import_module(f"{package}.__main__").main
    try:
        main()
    except Exception:  # noqa: BLE001 - as the interpreter does
        sys.excepthook(*sys.exc_info())
        sys.exit(1)
