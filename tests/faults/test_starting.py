"""What an operator can get wrong at the start is a line with the setting, and an exit code."""

import socket
from collections.abc import Iterator

import pytest
from aiogram.methods import DeleteWebhook, SetWebhook

from apps.game_core.adapters.metrics import PrometheusMetrics
from apps.game_core.adapters.monitoring import serve_monitoring
from apps.game_core.errors import StartError
from bot.incoming.webhook import WebhookAddress, serve_webhook
from bot.running import _remove_webhook
from telegram_sandbox.aiogram_bridge import RecordingBot

SECRET = "s" * 16


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def address(port: int = 0, host: str = "127.0.0.1") -> WebhookAddress:
    return WebhookAddress("https://example.org/h", SECRET, host, port)


async def test_fault_62_a_taken_webhook_port_is_named(taken: int) -> None:
    with pytest.raises(StartError, match=rf"^WEBHOOK_PORT: cannot listen on 127.0.0.1:{taken}: .*in use"):
        async with serve_webhook(RecordingBot(), None, address(taken), 1):  # type: ignore[arg-type]  # nothing is dispatched
            pass


async def test_fault_62_a_taken_metrics_port_is_named(taken: int) -> None:
    with pytest.raises(StartError, match=rf"^METRICS_PORT: cannot listen on 127.0.0.1:{taken}: .*in use"):
        async with serve_monitoring(PrometheusMetrics(), {}, "127.0.0.1", taken):
            pass


async def test_fault_62_a_host_that_is_not_ours_is_named() -> None:
    with pytest.raises(StartError, match=r"^WEBHOOK_PORT: cannot listen on 192\.0\.2\.1:0: "):
        async with serve_webhook(RecordingBot(), None, address(host="192.0.2.1"), 1):  # type: ignore[arg-type]  # nothing is dispatched
            pass


@pytest.mark.parametrize(
    ("code", "description", "said"),
    [
        (
            400,
            "Bad Request: bad webhook: HTTPS url must be provided for webhook",
            r"^WEBHOOK_URL: .*HTTPS url must be",
        ),
        (400, "Bad Request: bad webhook: Failed to resolve host", r"^WEBHOOK_URL: .*Failed to resolve host"),
        (400, "Bad Request: bad webhook: IP address 10.0.0.1 is reserved", r"^WEBHOOK_URL: .*is reserved"),
        (
            400,
            "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88",
            r"^WEBHOOK_URL: .*ports",
        ),
        (401, "Unauthorized", r"^BOT_TOKEN: Telegram does not know it"),
        (404, "Not Found", r"^BOT_TOKEN: Telegram does not know it"),
    ],
)
async def test_fault_62_a_webhook_that_telegram_refuses_is_named(
    code: int, description: str, said: str
) -> None:
    bot = RecordingBot()
    bot.add_result_for(SetWebhook, ok=False, error_code=code, description=description)

    with pytest.raises(StartError, match=said):
        async with serve_webhook(bot, None, address(), 1):  # type: ignore[arg-type]  # nothing is dispatched
            pass


@pytest.mark.parametrize(("code", "description"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_fault_62_a_token_that_telegram_does_not_know_is_named(code: int, description: str) -> None:
    bot = RecordingBot()
    bot.add_result_for(DeleteWebhook, ok=False, error_code=code, description=description)

    with pytest.raises(StartError, match=r"^BOT_TOKEN: Telegram does not know it"):
        await _remove_webhook(bot)


async def test_fault_62_a_messenger_that_is_away_is_waited_for_when_polling() -> None:
    bot = RecordingBot()
    bot.add_result_for(DeleteWebhook, ok=False, error_code=502, description="Bad Gateway")

    await _remove_webhook(bot)
