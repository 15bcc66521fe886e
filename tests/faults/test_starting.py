"""What an operator can get wrong at the start is a line with the setting, and an exit code."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiogram.methods import DeleteWebhook, SetWebhook
from redis.asyncio import Redis
from structlog.testing import capture_logs

from apps.game_core.adapters.metrics import PrometheusMetrics
from apps.game_core.adapters.monitoring import serve_monitoring
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import bring_up_to_date
from apps.game_core.adapters.postgres.rights import check_database
from apps.game_core.adapters.redis.client import connect
from apps.game_core.adapters.redis.server_check import check_server
from apps.game_core.errors import StartError
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.settings import CoreSettings
from bot.cli.environment import unavailable
from bot.incoming.webhook import WebhookAddress, serve_webhook
from bot.running import _remove_webhook
from telegram_sandbox.aiogram_bridge import RecordingBot
from tests.support.bot_process import bot_process
from tests.support.redis_answers import command

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


REFUSING_REDISES = {
    "a wrong password": ("unix://game:wrong@{socket}", "WRONGPASS|invalid username-password pair"),
    "a password where none is set": ("unix://:any@{socket}", "without any password configured"),
    "a user with too few rights": ("unix://game:right@{socket}", "no permissions|NOPERM"),
    "a database that is not there": ("unix://{socket}?db=9999", "DB index is out of range"),
}


@pytest.mark.parametrize(("url", "reason"), REFUSING_REDISES.values(), ids=REFUSING_REDISES)
async def test_fault_62_a_redis_that_refuses_is_named(
    redis: Redis, settings: CoreSettings, url: str, reason: str
) -> None:
    await command(redis, *["ACL", "SETUSER", "game", "reset", "on", ">right", "-@all", "+@connection"])
    asked = connect(url.format(socket=settings.redis_url.removeprefix("unix://")))
    try:
        with pytest.raises(StartError, match=rf"^REDIS_URL: .*({reason})"):
            await check_server(asked)
    finally:
        await asked.aclose()
        await redis.acl_deluser("game")


REFUSING_DATABASES = {
    "no such database": ("postgresql://bot@/nothere?host={host}", '"nothere" does not exist'),
    "no such role": ("postgresql://somebody@/postgres?host={host}", '"somebody" does not exist'),
    "nobody listens": ("postgresql://bot@127.0.0.1:1/postgres", "refused|Connect call failed"),
    "no such host": ("postgresql://bot@nowhere.invalid/postgres", "not known|resolution|No address"),
    "no such socket": ("postgresql://bot@/postgres?host=/nowhere", "No such file"),
    "a setting that it does not know": (
        "postgresql://bot@/postgres?host={host}&options=-cnonsense%3D1",
        '"nonsense"',
    ),
    "no authorities": (
        "postgresql://bot@127.0.0.1:1/postgres?sslmode=verify-full",
        "root certificate file .* does not exist",
    ),
}


@pytest.mark.parametrize(("url", "reason"), REFUSING_DATABASES.values(), ids=REFUSING_DATABASES)
async def test_fault_62_a_database_that_refuses_or_is_away_is_named(
    settings: CoreSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, reason: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # where an operator's own root certificate would be
    host = settings.database_url.rpartition("host=")[2]
    with pytest.raises(InventoryUnavailableError) as caught:
        await bring_up_to_date(url.format(host=host))
    line = unavailable(caught.value)
    assert re.search(rf"^DATABASE_URL: .*({reason})", line)
    assert len(line.splitlines()) == 1


STAYING = ("no such database", "no such role", "a setting that it does not know", "no authorities")
"""What no waiting mends."""


@pytest.mark.parametrize("name", STAYING)
async def test_fault_62_nobody_starts_on_a_database_that_refuses(
    settings: CoreSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    url, reason = REFUSING_DATABASES[name]
    engine = make_engine(url.format(host=settings.database_url.rpartition("host=")[2]))
    try:
        with pytest.raises(StartError, match=rf"^DATABASE_URL: [^\n]*({reason})[^\n]*$"):
            await check_database(engine)
    finally:
        await engine.dispose()


async def test_fault_62_a_worker_without_its_database_says_so_in_a_line(settings: CoreSettings) -> None:
    url = REFUSING_DATABASES["no such database"][0].format(host=settings.database_url.rpartition("host=")[2])
    async with bot_process(settings.model_copy(update={"database_url": url}), "worker") as worker:
        line = await worker.says("DATABASE_URL: ")
        assert await worker.process.wait() == 1
    assert line.endswith('database "nothere" does not exist')
    assert worker.said[-1] == line


@pytest.mark.parametrize("name", sorted(REFUSING_DATABASES.keys() - set(STAYING)))
async def test_a_database_that_is_away_is_waited_for(name: str) -> None:
    engine = make_engine(REFUSING_DATABASES[name][0])
    try:
        with capture_logs() as logs:
            await check_database(engine)
    finally:
        await engine.dispose()
    assert [line["event"] for line in logs] == ["postgres is away, not checked"]
