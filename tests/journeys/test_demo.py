"""The demo as a newcomer starts it: a process of its own, killed and started again."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from apps.embedded import open_data_folder
from apps.game_core.settings import CoreSettings
from telegram_sandbox.client import SandboxClient
from tests.support.bot_process import ROOT, BotProcess, heard
from tests.support.forked import Forked, forked
from tools.cli.main import cli, main
from tools.support.forks import become_checkout
from tools.support.patience import PATIENCE
from tools.support.ports import free_port


@pytest.fixture
def port() -> int:
    return free_port()


def words(port: int, data: Path) -> tuple[str, ...]:
    return ("demo", "--port", str(port), "--data-dir", str(data), "--no-open")


async def started(port: int, data: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools", *words(port, data)), cwd=ROOT, stdout=PIPE, stderr=PIPE
    )


async def again(port: int, data: Path) -> Forked:
    """The same, without another three seconds of imports."""
    return await forked(become_checkout, words(port, data), dict(os.environ))


@asynccontextmanager
async def demo(
    port: int, start: Awaitable[Process | Forked]
) -> AsyncIterator[tuple[BotProcess, SandboxClient]]:
    async with heard(BotProcess(await start)) as running, SandboxClient(f"http://127.0.0.1:{port}") as client:
        await running.says("PostgreSQL: ")
        await client.until_served(PATIENCE)
        yield running, client


async def test_what_was_done_is_there_after_a_kill_and_after_an_ordinary_stop(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with demo(port, started(port, tmp_path)) as (first, client):
        assert f"Chat page: http://127.0.0.1:{port}/" in first.said
        assert (await first.says("Redis: ")).startswith("Redis: unix://")
        assert (await first.says("PostgreSQL: ")).startswith("PostgreSQL: postgresql")
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

    async with demo(port, again(port, tmp_path)) as (second, client):
        alice = await client.add_user(21, "Alice")
        await alice.tap("Refresh")
        await alice.offers("⚔️ Iron Sword")
        await alice.tap("⚔️ Iron Sword")
        await alice.tap("Take off")
        await alice.offers("➕ ⚔️ Main hand")
        second.process.send_signal(signal.SIGHUP)
        await second.says("catalog reloaded")
        second.process.send_signal(signal.SIGINT)
        assert await second.process.wait() == 0

    async with demo(port, again(port, tmp_path)) as (third, client):
        alice = await client.add_user(21, "Alice")
        await alice.tap("Refresh")
        await alice.offers("➕ ⚔️ Main hand")
        # Logs set up here would keep the runner's streams, which are closed after each command.
        monkeypatch.setattr("bot.cli.asking.set_up_logs", lambda _: None)
        redis, database = [(await third.says(f"{name}: ")).split()[1] for name in ("Redis", "PostgreSQL")]
        shell = CliRunner(env={"REDIS_URL": redis, "DATABASE_URL": database})
        seen = await asyncio.to_thread(shell.invoke, cli, ["admin", "inspect", "21"])
        assert seen.output.startswith("Alice (#"), seen.output


@pytest.mark.usefixtures("database", "redis")
async def test_a_port_in_use_is_said_in_a_line(
    port: int, tmp_path: Path, settings: CoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setattr(sys, "argv", ["run.py", *words(port, tmp_path)])
    monkeypatch.setattr("tools.cli.demo.set_up_logs", lambda *_: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(SystemExit) as ended:
            await asyncio.to_thread(main)

    assert ended.value.code == f"port {port} is in use by another program"


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
