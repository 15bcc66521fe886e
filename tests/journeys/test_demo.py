"""The demo as a newcomer starts it: a process of its own, killed and started again."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from apps.embedded import open_data_folder
from telegram_sandbox.client import SandboxClient
from tools.cli.main import cli, main
from tools.support.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
START = 180


@dataclass(frozen=True, slots=True)
class Demo:
    process: asyncio.subprocess.Process
    lines: tuple[str, ...]
    url: str


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def command(*arguments: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tools",
        *arguments,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def demo(port: int, data: Path) -> AsyncIterator[Demo]:
    process = await command("demo", "--port", str(port), "--data-dir", str(data), "--no-open")
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START):
            lines = [(await process.stdout.readline()).decode().strip() for _ in range(3)]
            url = f"http://127.0.0.1:{port}"
            async with SandboxClient(url) as client:
                await client.until_served(START)
        yield Demo(process, tuple(lines), url)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def until_logged(running: Demo, event: str) -> None:
    assert running.process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        while event not in (line := await running.process.stderr.readline()).decode():
            assert line, "it has ended"


async def test_what_was_done_is_there_after_a_kill_and_after_an_ordinary_stop(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with demo(port, tmp_path) as first, SandboxClient(first.url) as client:
        assert first.lines[0] == f"Chat page: http://127.0.0.1:{port}/"
        assert first.lines[1].startswith("Redis: unix://")
        assert first.lines[2].startswith("PostgreSQL: postgresql")
        alice = await client.add_user(21, "Alice")
        await alice.send("/start")
        await alice.tap("Inventory")
        await alice.tap("Backpack")
        await alice.tap("Iron Sword")
        await alice.tap("Wear")
        await alice.offers("⚔️ Iron Sword")
        await asyncio.sleep(0.25)  # the sandbox, which stands in for Telegram, keeps its own chats by then
        first.process.send_signal(signal.SIGKILL)
        await first.process.wait()

    async with demo(port, tmp_path) as second, SandboxClient(second.url) as client:
        alice = await client.add_user(21, "Alice")
        await alice.tap("Refresh")
        await alice.offers("⚔️ Iron Sword")
        await alice.tap("⚔️ Iron Sword")
        await alice.tap("Take off")
        await alice.offers("➕ ⚔️ Main hand")
        second.process.send_signal(signal.SIGHUP)
        await until_logged(second, "catalog reloaded")
        second.process.send_signal(signal.SIGINT)
        assert await second.process.wait() == 0

    async with demo(port, tmp_path) as third, SandboxClient(third.url) as client:
        alice = await client.add_user(21, "Alice")
        await alice.tap("Refresh")
        await alice.offers("➕ ⚔️ Main hand")
        # Logs set up here would keep the runner's streams, which are closed after each command.
        monkeypatch.setattr("bot.cli.asking.set_up_logs", lambda _: None)
        servers = dict(line.split(": ", 1) for line in third.lines[1:])
        shell = CliRunner(env={"REDIS_URL": servers["Redis"], "DATABASE_URL": servers["PostgreSQL"]})
        seen = await asyncio.to_thread(shell.invoke, cli, ["admin", "inspect", "21"])
        assert seen.output.startswith("Alice (#"), seen.output


async def test_a_port_in_use_is_said_in_a_line(port: int, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        process = await command("demo", "--port", str(port), "--data-dir", str(tmp_path), "--no-open")
        _, errors = await process.communicate()

    assert process.returncode == 1
    assert errors.decode().strip() == f"port {port} is in use by another program"


def test_a_fresh_start_does_not_touch_the_data_of_a_running_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pg").mkdir()
    monkeypatch.setattr(sys, "argv", ["run.py", "demo", "--fresh", "--no-open", "--data-dir", str(tmp_path)])
    monkeypatch.setattr("tools.cli.demo.set_up_logs", lambda *_: None)

    with open_data_folder(tmp_path), pytest.raises(SystemExit) as ended:
        main()

    assert f"is used by process {os.getpid()}" in str(ended.value.code)
    assert (tmp_path / "pg").is_dir()


def test_wrong_settings_are_said_in_a_line_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVENTORY_SESSION_TTL", "-5")
    monkeypatch.setenv("INVENTORY_CLEANUP", "never")
    monkeypatch.setattr(sys, "argv", ["run.py", "demo"])
    monkeypatch.setattr("tools.cli.demo.set_up_logs", lambda _: None)

    with pytest.raises(SystemExit) as ended:
        main()

    first, second = str(ended.value).splitlines()
    assert first.startswith("INVENTORY_SESSION_TTL: '-5' is not allowed")
    assert second.startswith("INVENTORY_CLEANUP: 'never' is not allowed")
