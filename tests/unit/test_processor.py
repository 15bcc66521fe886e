"""What a server's processes have spent is told whole, whoever of them ends meanwhile."""

import os
import sys
from pathlib import Path

import pytest

from tools.support import processor

linux = pytest.mark.skipif(sys.platform != "linux", reason="nobody tells")


@linux
def test_a_child_that_is_gone_between_two_looks_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's own account has it from then on."""
    reaped = iter([0, 300, 300, 300, 300])
    children = iter(["41 42", "41", "41"])

    def told(path: Path, encoding: str) -> str:
        if path.name == "children":
            return next(children)
        if path.parent.name == "7":
            return f"7 (a (server)) S {'0 ' * 10}10 20 {next(reaped)} 0 0"
        if path.parent.name == "42":
            raise FileNotFoundError
        return f"41 (child) S {'0 ' * 10}5 5 0 0 0"

    monkeypatch.setattr(Path, "read_text", told)

    assert processor.of_server(7) == (30 + 300 + 10) / os.sysconf("SC_CLK_TCK")


@linux
def test_this_process_is_one_that_has_spent_something() -> None:
    assert processor.of_server(os.getpid()) > 0
    assert processor.of_server(None) == 0
