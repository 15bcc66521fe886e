"""The command as people start it: a process of its own, stopped by signals."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

from aiohttp import ClientSession
from click.testing import CliRunner

from telegram_sandbox.cli import sandbox
from telegram_sandbox.client import SandboxClient
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.server import SandboxServer
from tests.support.launched import listens
from tools.support.patience import PATIENCE
from tools.support.ports import free_port

from .conftest import RawBot

ROOT = Path(__file__).parents[2]


async def start(*options: str) -> tuple[asyncio.subprocess.Process, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "telegram_sandbox", *options),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        first, second = [(await process.stdout.readline()).decode().strip() for _ in range(2)]
    found = re.fullmatch(r"Bot API: (http://127\.0\.0\.1:\d+)", first)
    assert found
    assert second == f"Chat page: {found.group(1)}/"
    return process, found.group(1)


async def test_it_survives_sigkill_and_stops_at_sigterm(tmp_path: Path, http: ClientSession) -> None:
    state = tmp_path / "world.json"
    (killed, url), (stopped, lenient) = await asyncio.gather(
        start("--port", "0", "--state-file", str(state)),
        start("--port", "0", "--no-flood", "--lenient", "--private-topics"),
    )
    assert (await RawBot(http, lenient)("getMe", unknown=1)).result["has_topics_enabled"] is True
    async with SandboxClient(url) as chat:
        await chat.send(1, "/start")
        await asyncio.sleep(0.3)
    killed.send_signal(signal.SIGKILL)
    stopped.send_signal(signal.SIGTERM)
    for process in (killed, stopped):
        await process.communicate()
    assert stopped.returncode == 0
    async with (
        SandboxServer(SandboxConfig(port=0, state_file=state)) as server,
        SandboxClient(server.url) as chat,
    ):
        assert [message.text for message in await chat.messages(1)] == ["/start"]


async def test_it_serves_though_its_outputs_are_closed() -> None:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"),
        *(sys.executable, "-m", "telegram_sandbox", "--port", str(port)),
        cwd=ROOT,
    )
    async with asyncio.timeout(PATIENCE):
        while not listens(port):
            assert process.returncode is None
            await asyncio.sleep(0.02)
        process.terminate()
        assert await process.wait() == 0


async def test_a_taken_port_and_a_foreign_host_are_said_plainly() -> None:
    async with SandboxServer(SandboxConfig(port=0)) as server:
        port = server.url.rpartition(":")[2]
        taken = await asyncio.to_thread(CliRunner().invoke, sandbox, ["--port", port])
    assert (taken.exit_code, taken.output) == (1, f"Error: port {port} is in use by another program\n")
    foreign = await asyncio.to_thread(CliRunner().invoke, sandbox, ["--host", "0.0.0.0"])
    assert (foreign.exit_code, "loopback addresses only" in foreign.output) == (1, True)
