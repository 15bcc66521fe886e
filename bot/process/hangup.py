"""SIGHUP: an operator's wish to read the files anew, or a terminal that was closed."""

import asyncio
import os
import signal
from collections.abc import Callable


def on_hangup(reload: Callable[[], None], stop: Callable[[], None]) -> None:
    """Call one of the two at each SIGHUP: `stop` when the terminal that the process had is gone."""
    # Under nohup the process is meant to outlive its terminal.
    leaves_with_it = _has_terminal() and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN

    def hung_up() -> None:
        (stop if leaves_with_it and not _has_terminal() else reload)()

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, hung_up)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
