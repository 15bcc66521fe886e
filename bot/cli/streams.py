"""Standard streams as a shell may leave them: closed, or with a full disk behind."""

import io
import os
import sys
from typing import Any

_STREAMS = {"stdin": "r", "stdout": "w", "stderr": "w"}
_STDOUT = 1


class OutputLostError(Exception):
    """What is printed goes nowhere any more; the text says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Cannot print: {reason}")


def open_closed_streams() -> None:
    """Or the first sockets would get their numbers: libuv aborts when it closes such a one."""
    for number in range(len(_STREAMS)):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest free number is this one
    for number, (name, mode) in enumerate(_STREAMS.items()):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def tell_lost_output() -> None:
    """From now on printing raises OutputLostError where it fails, or BrokenPipeError if nobody reads on.

    Never for a letter that the terminal has not: that one is printed by its number.
    """
    given = sys.stdout
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Output(_STDOUT, "w", closefd=False)),
        encoding=given.encoding,
        errors="backslashreplace" if given.errors == "strict" else given.errors,
        line_buffering=bool(given.line_buffering),
    )


class _Output(io.FileIO):
    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())  # what is buffered would fail again at the end, with a traceback
            os.close(nowhere)
            raise OutputLostError(str(error.strerror)) from error
