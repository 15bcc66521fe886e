"""docs/going-live.md, done as it stands there: its settings, its commands, with the sandbox as Telegram."""

import asyncio
import re
import shlex
import signal
from pathlib import Path

import pytest
from aiohttp import ClientSession
from click.testing import CliRunner
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.settings import CoreSettings
from bot.settings import BotSettings
from telegram_sandbox.client import Player, SandboxClient
from telegram_sandbox.server import SandboxServer
from tests.support.bot_process import bot_process
from tools.cli.main import cli
from tools.support.patience import PATIENCE
from tools.support.ports import free_port

PAGE = (Path(__file__).parents[2] / "docs" / "going-live.md").read_text(encoding="utf-8")
FIRST = 60.0  # seconds: the longest that the messenger lets a tap wait
SERVERS = {"REDIS_URL", "DATABASE_URL"}
FOREGROUND = {"bot", "worker"}


def blocks(language: str) -> list[list[str]]:
    return [found.strip().splitlines() for found in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)]


def commands() -> list[list[str]]:
    lines = [shlex.split(line) for block in blocks("sh") for line in block]
    return [words[2:] for words in lines if words[:2] == ["python3", "run.py"]]


def environment(number: int, sandbox: SandboxServer) -> dict[str, str]:
    """A block of settings, with ports that are free here and the sandbox as Telegram."""
    given = dict(line.split("=", 1) for line in blocks("ini")[number])
    ports = {name: str(free_port()) for name in given if name.endswith("_PORT")}
    return {**given, **ports, "BOT_API_URL": sandbox.url}


async def run(words: list[str]) -> str:
    """What a command of the page says that ends by itself, and ends well."""
    ran = await asyncio.to_thread(CliRunner().invoke, cli, words)
    assert ran.exit_code == 0, ran.output
    return ran.output


@pytest.fixture(autouse=True)
def addresses(settings: CoreSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    # Logs set up here would keep the runner's streams, which are closed after each command.
    for module in ("asking", "upkeep"):
        monkeypatch.setattr(f"bot.cli.{module}.set_up_logs", lambda _: None)


@pytest.fixture
def basic(sandbox: SandboxServer) -> dict[str, str]:
    env = environment(0, sandbox)
    assert env.keys() >= SERVERS
    return {name: value for name, value in env.items() if name not in SERVERS}


async def test_a_bot_goes_live_by_polling(
    sandbox: SandboxServer,
    settings: CoreSettings,
    database: AsyncEngine,
    redis: object,
    basic: dict[str, str],
) -> None:
    first, *others = commands()
    assert first == ["migrate"]
    assert "The database is up to date." in await run(first)
    monitoring = f"http://127.0.0.1:{basic['METRICS_PORT']}"
    async with bot_process(settings, **basic) as bot, SandboxClient(sandbox.url) as chat:
        await chat.until_served(PATIENCE)
        alice = Player(chat, 1, 1)
        await alice.send("/start")
        await alice.tap("Inventory", FIRST)
        async with ClientSession() as web, web.get(f"{monitoring}/readyz") as ready:
            assert (ready.status, set(await ready.json())) == (200, named_probes())
        by_hand = [words for words in others if words[0] not in FOREGROUND]
        assert ["admin", "restored"] in by_hand
        for words in by_hand:
            await run(words)
        bot.process.send_signal(signal.SIGHUP)
        await bot.says("catalog reloaded")
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.process.wait() == 0
        await bot.says("sessions written at shutdown")


async def test_a_bot_goes_live_by_webhook_with_a_worker_beside(
    sandbox: SandboxServer,
    settings: CoreSettings,
    database: AsyncEngine,
    redis: object,
    basic: dict[str, str],
) -> None:
    env = environment(1, sandbox)
    env["WEBHOOK_URL"] = f"http://127.0.0.1:{env['WEBHOOK_PORT']}/hook"
    worker = {**basic, "METRICS_PORT": "0"}
    async with (
        bot_process(settings, **{**basic, **env, "INVENTORY_WORKER": "false"}) as bot,
        bot_process(settings, "worker", **worker) as beside,
        SandboxClient(sandbox.url) as chat,
    ):
        await bot.says("webhook set")
        await beside.says("worker started")
        alice = Player(chat, 1, 1)
        await alice.send("/start")
        await alice.tap("Inventory", FIRST)
        await alice.sees("Alice", FIRST)


def named_probes() -> set[str]:
    [row] = re.findall(r"^\| `/readyz` \| .*$", PAGE, re.MULTILINE)
    return set(re.findall(r"`(\w+)`", row))


def test_the_page_names_settings_that_there_are() -> None:
    named = {line.split("=", 1)[0] for block in blocks("ini") for line in block}
    named |= set(re.findall(r"`([A-Z]+_[A-Z_]+)(?:=|`)", PAGE))
    assert named <= {name.upper() for each in (CoreSettings, BotSettings) for name in each.model_fields}
