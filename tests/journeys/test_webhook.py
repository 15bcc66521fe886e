"""The bot behind a webhook: real HTTP both ways, nothing without the secret."""

import pytest
from aiohttp import ClientSession
from click.testing import CliRunner
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.settings import CoreSettings
from bot.cli.environment import SettingsError
from bot.cli.production import bot as bot_command
from bot.incoming.intake import Intake
from bot.incoming.webhook import WebhookAddress, WebhookWithoutSecretError, serve_webhook
from bot.running import Process, open_process, webhook_address
from bot.settings import BotSettings
from telegram_sandbox.client import SandboxClient
from telegram_sandbox.server import SandboxServer
from tests.journeys.conftest import TOKEN
from tests.support.thumb import new_thumb
from tools.support.ports import free_port

SECRET = "secret_secret_secret"


async def test_a_player_plays_through_a_webhook(
    sandbox: SandboxServer, settings: CoreSettings, database: AsyncEngine, redis: object
) -> None:
    port = free_port()
    address = WebhookAddress(f"http://127.0.0.1:{port}/hook", SECRET, port=port)
    async with (
        open_process(settings, TOKEN, sandbox.url) as process,
        serve_webhook(process.bot, process.dispatcher, address, 1, intake=counted(process)),
        SandboxClient(sandbox.url) as client,
    ):
        thumb = await new_thumb(client, process)
        await thumb.send("/inventory")
        await thumb.tap("Backpack")

        assert "page 1 of 2" in await thumb.text()
        opened = {"asked": "open_backpack", "ending": "done"}
        assert process.core.metrics.registry.get_sample_value("bot_updates_total", opened) == 1


def counted(process: Process) -> Intake:
    return Intake(process.bot, process.dispatcher, watcher=process.metrics)


@pytest.mark.parametrize("secret", [None, "", "wrong", "ы", SECRET + "x", SECRET[:-1]])
async def test_fault_30_a_wrong_or_missing_secret(
    sandbox: SandboxServer,
    settings: CoreSettings,
    database: AsyncEngine,
    redis: object,
    secret: str | None,
) -> None:
    port = free_port()
    address = WebhookAddress(f"http://127.0.0.1:{port}/hook", SECRET, port=port)
    async with (
        open_process(settings, TOKEN, sandbox.url) as process,
        serve_webhook(process.bot, process.dispatcher, address, 1),
        ClientSession() as web,
    ):
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        async with web.post(address.url, json={"update_id": 1}, headers=headers) as refused:
            assert refused.status == 401


def test_fault_30_a_webhook_without_a_secret_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WebhookWithoutSecretError):
        webhook_address(BotSettings(_env_file=None, webhook_url="https://example.org/hook"))
    for name, value in {
        "BOT_TOKEN": TOKEN,
        "REDIS_URL": "redis://localhost:1",
        "DATABASE_URL": "postgresql://localhost:1/x",
        "WEBHOOK_URL": "https://example.org/hook",
    }.items():
        monkeypatch.setenv(name, value)

    result = CliRunner().invoke(bot_command)

    assert isinstance(result.exception, SettingsError)
    assert "WEBHOOK_SECRET" in str(result.exception)


def test_without_an_address_the_bot_polls() -> None:
    assert webhook_address(BotSettings(_env_file=None)) is None
