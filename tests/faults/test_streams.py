"""What a shell has done with a process's standard streams: closed, full, or read by nobody."""

import asyncio
import os
import shlex
import sys
from dataclasses import dataclass

import pytest

from apps.game_core.settings import CoreSettings
from tests.support.bot_process import ROOT
from tools.support.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("database", "redis")
COUNTED = ["Active: 0", "Waiting to be written: 0"]


@dataclass(frozen=True)
class Ended:
    code: int
    said: str
    complained: str


async def sh(line: str, *, settings: CoreSettings, **others: str) -> Ended:
    """`line`, with `python` for ours and the addresses of real servers."""
    servers = {"REDIS_URL": settings.redis_url, "DATABASE_URL": settings.database_url}
    process = await asyncio.create_subprocess_exec(
        *("bash", "-o", "pipefail", "-c", line.replace("python", shlex.quote(sys.executable))),
        cwd=ROOT,
        env={**os.environ, **servers, **others},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        said, complained = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, said.decode(), complained.decode())


@pytest.mark.parametrize("program", ["python -m bot", "python -m tools"])
async def test_a_process_without_a_standard_input_does_its_work(settings: CoreSettings, program: str) -> None:
    ended = await sh(f"{program} admin metrics <&-", settings=settings)
    assert (ended.code, ended.complained) == (0, "")
    assert ended.said.splitlines()[:2] == COUNTED


@pytest.mark.parametrize(("closed", "left"), [(">&-", ""), ("2>&-", "Active: 0")])
async def test_a_process_without_an_output_does_its_work(
    settings: CoreSettings, closed: str, left: str
) -> None:
    ended = await sh(f"python -m bot admin metrics {closed}", settings=settings)
    assert (ended.code, ended.complained, ended.said.partition("\n")[0]) == (0, "", left)


async def test_a_process_without_any_stream_does_its_work(settings: CoreSettings) -> None:
    ended = await sh("python -m bot migrate <&- >&- 2>&-", settings=settings)
    assert ended == Ended(0, "", "")


async def test_children_have_what_their_parent_lacked(settings: CoreSettings) -> None:
    child = "import os; [os.fstat(number) for number in (0, 1, 2)]"
    parent = f"""
import subprocess, sys
from bot.cli.streams import open_closed_streams
open_closed_streams()
sys.exit(subprocess.call([sys.executable, "-c", {child!r}]))
"""
    ended = await sh(f"python -c {shlex.quote(parent)} <&- >&- 2>&-", settings=settings)
    assert ended == Ended(0, "", "")


@pytest.mark.parametrize("words", ["admin metrics", "--help"])
async def test_a_full_disk_under_what_is_printed_is_a_line(settings: CoreSettings, words: str) -> None:
    ended = await sh(f"python -m bot {words} >/dev/full", settings=settings)
    assert (ended.code, ended.complained) == (1, "Cannot print: No space left on device\n")


async def test_what_the_terminal_has_no_letters_for_is_printed_by_number(settings: CoreSettings) -> None:
    ended = await sh(
        r"python -m bot admin economy --quiet --kind $'\xff' --kind 'Ж'",
        settings=settings,
        PYTHONIOENCODING="latin-1",
    )
    assert (ended.code, ended.complained) == (0, "")
    assert ended.said.splitlines()[:2] == [r"\u0416: 0 owned", r"\udcff: 0 owned"]


async def test_nobody_who_reads_is_no_fault(settings: CoreSettings) -> None:
    ended = await sh("python -m bot admin metrics | true", settings=settings)
    assert ended == Ended(1, "", "")
