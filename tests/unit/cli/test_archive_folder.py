"""Whose fault it is when `admin archive` cannot go on."""

import errno
import sys
from pathlib import Path

import pytest

from bot.cli import archiving


def test_nobody_who_reads_is_no_fault_of_an_archives_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def forgotten(*_: object) -> tuple[int, ...]:
        return ()

    def echo(_: str) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/game")
    monkeypatch.setattr(archiving, "_forgotten", forgotten)
    monkeypatch.setattr("click.echo", echo)
    for stream in ("stdout", "stderr"):  # click replaces both, and keeps it so
        monkeypatch.setattr(sys, stream, getattr(sys, stream))

    with pytest.raises(SystemExit) as ended:
        archiving.archive.main([str(tmp_path), "--forget"])
    assert ended.value.code == 1
