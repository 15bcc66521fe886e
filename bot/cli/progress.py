"""Long work shows where it is: on a terminal with a bar, in a log with a line now and then.

All of it goes to standard error, so that a command's own output is the same with it and without.
"""

import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self, TextIO

import click

_LOOK_EVERY = 0.5
_TELL_EVERY = 10.0
_TELL_AGAIN = 60.0  # where nothing has changed: still at it
_BAR = "%(label)s  [%(bar)s]  %(info)s"
_LINE = "%(label)s: %(info)s"
_CLEAR = "\r\033[K"

quiet_option = click.option("--quiet", is_flag=True, help="Do not show how far it is.")


class Progress:
    """Shows how many of `total` steps are done, and what is left of the time, while it is open.

    Whoever works says so by `advance` or `reach`, or hands in `done`, which is asked now and then from a
    thread of its own, as is `note` for what is being done, which may change. `clock` tells seconds.
    """

    def __init__(
        self,
        label: str,
        total: int,
        *,
        done: Callable[[], int] | None = None,
        note: Callable[[], str] | None = None,
        quiet: bool = False,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.note = note
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._quiet = quiet
        self._clock = clock
        self._told, self._line = clock(), ""
        self._advanced = self._begun = 0
        self._done = done or (lambda: self._advanced)
        self._bar = click.progressbar(
            range(max(1, total)),
            label=label,
            bar_template=_BAR if self._is_terminal else _LINE,
            show_pos=True,
            show_percent=True,
            item_show_func=lambda _: self.note() if self.note else None,
            hidden=quiet or not self._is_terminal,
            file=self._stream,
        )
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look_on, name="progress", daemon=True)

    def advance(self, steps: int = 1) -> None:
        self._advanced += steps

    def reach(self, done: int) -> None:
        self._advanced = done

    def begin(self, step: str) -> None:
        """The next step, and with it that the one before is done."""
        self._advanced, self._begun = self._begun, self._begun + 1
        self.note = partial(str, step)

    def say(self, line: str) -> None:
        """A line of the command's own output, past the bar."""
        with self._lock:
            if self._is_terminal and not self._quiet:
                click.echo(_CLEAR, nl=False, file=self._stream)
            click.echo(line)

    def look(self) -> None:
        """Show how far it is by now."""
        with self._lock:
            done = min(self._done(), self._bar.length or 0)
            self._bar.update(max(0, done - self._bar.pos))
            self._bar.render_progress()
            if not (self._quiet or self._is_terminal):
                self._tell()

    def __enter__(self) -> Self:
        self._bar.__enter__()
        if not self._quiet:
            self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if not self._quiet:
            self._watch.join()
        if kind is None:
            self._advanced = max(self._advanced, self._begun)
        self.note = None
        self.look()
        self._bar.__exit__(kind, error, trace)

    def _tell(self) -> None:
        now, line = self._clock(), self._bar.format_progress_line()
        if now - self._told >= (_TELL_AGAIN if line == self._line else _TELL_EVERY):
            self._told, self._line = now, line
            click.echo(line, file=self._stream)

    def _look_on(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            self.look()
