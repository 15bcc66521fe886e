"""Processes that one thread starts while another one ends them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tools.chaos import fleet
from tools.chaos.fleet import Member
from tools.support.patience import PATIENCE


class SlowProcess:
    """It takes its time to start, as on a busy machine."""

    def __init__(self, starting: threading.Event, go: threading.Event) -> None:
        self._starting, self._go = starting, go
        self.running = False
        self.pid: int | None = None

    def start(self) -> None:
        self._starting.set()
        assert self._go.wait(PATIENCE)
        self.running = True

    def is_alive(self) -> bool:
        return self.running

    def join(self, timeout: float | None = None) -> None:
        assert self.running, f"can only join a started process ({timeout})"


class Forks:
    def __init__(self, make: Callable[[], SlowProcess]) -> None:
        self._make = make

    def Process(self, **_: Any) -> SlowProcess:  # noqa: N802 - multiprocessing's own name
        return self._make()


@pytest.mark.parametrize("begin", ["start", "revive"])
def test_what_is_killed_while_it_starts_is_killed_once_it_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, begin: str
) -> None:
    starting, go = threading.Event(), threading.Event()
    process = SlowProcess(starting, go)
    monkeypatch.setattr(fleet, "forks", lambda: Forks(lambda: process))
    member = Member("bot-0", ("bot",), {}, tmp_path / "bot.log")
    with ThreadPoolExecutor(2) as threads:
        started = threads.submit(getattr(member, begin))
        assert starting.wait(PATIENCE)
        killed = threads.submit(member.kill)
        go.set()
        started.result(PATIENCE)
        killed.result(PATIENCE)

    assert member.held
