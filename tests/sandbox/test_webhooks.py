import asyncio
import errno
import socket
import ssl
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientConnectorSSLError,
    ClientPayloadError,
    ClientResponseError,
    ConnectionTimeoutError,
    FormData,
    MultipartWriter,
    ServerDisconnectedError,
    web,
)

from telegram_sandbox.client import SandboxClient
from telegram_sandbox.config import SandboxConfig, WebhookModel
from telegram_sandbox.doors.webhook_errors import webhook_error
from telegram_sandbox.server import SandboxServer
from tools.support.patience import PATIENCE

from .conftest import RawBot

SECRET = "s3cret-Token_1"


@pytest.fixture
def sandbox_config() -> SandboxConfig:
    return SandboxConfig(port=0, webhook=WebhookModel(first_retry=0.02, longest_retry=0.05))


class Receiver:
    """A bot's webhook: keeps what it was sent and answers as told, then with 200."""

    def __init__(self) -> None:
        self.url = ""
        self.texts: list[str] = []
        self.secrets: list[str | None] = []
        self.answers: list[web.Response] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def handle(self, request: web.Request) -> web.Response:
        update = await request.json()
        [message] = [value for name, value in update.items() if name != "update_id"]
        self.texts.append(message.get("text") or message.get("data"))
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await self.gate.wait()
        return self.answers.pop(0) if self.answers else web.Response()

    async def has(self, count: int) -> list[str]:
        async with asyncio.timeout(PATIENCE):
            while len(self.texts) < count:  # noqa: ASYNC110  # what it waits for is another server's work
                await asyncio.sleep(0.01)
        return self.texts


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_post("/hook", made.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    made.gate.set()
    await runner.cleanup()


async def settled(bot: RawBot) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            info = (await bot("getWebhookInfo")).result
            if info["pending_update_count"] == 0:
                return dict(info)
            await asyncio.sleep(0.01)


async def test_updates_are_posted_with_the_secret(
    bot: RawBot, chat: SandboxClient, receiver: Receiver
) -> None:
    await chat.send(1, "kept from before")
    await bot("setWebhook", url=receiver.url, secret_token=SECRET, max_connections=7)
    await chat.send(1, "then")
    assert await receiver.has(2) == ["kept from before", "then"]
    assert receiver.secrets == [SECRET, SECRET]
    info = await settled(bot)
    assert (info["url"], info["max_connections"]) == (receiver.url, 7)


async def test_refused_updates_come_again_in_order(
    bot: RawBot, chat: SandboxClient, receiver: Receiver
) -> None:
    receiver.answers = [web.Response(status=500), web.Response(status=503)]
    await bot("setWebhook", url=receiver.url)
    await chat.send(1, "a")
    await chat.send(1, "b")
    assert await receiver.has(4) == ["a", "a", "a", "b"]
    info = await settled(bot)
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_one_users_slow_update_does_not_hold_up_another(
    bot: RawBot, chat: SandboxClient, receiver: Receiver
) -> None:
    await bot("setWebhook", url=receiver.url)
    receiver.gate.clear()
    await chat.send(1, "slow")
    await chat.send(1, "after slow")
    await chat.send(2, "other")
    assert sorted(await receiver.has(2)) == ["other", "slow"]
    receiver.gate.set()
    assert (await receiver.has(3))[2] == "after slow"


async def failed(bot: RawBot) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            info = (await bot("getWebhookInfo")).result
            if "last_error_message" in info:
                return dict(info)
            await asyncio.sleep(0.01)


async def test_a_webhook_that_is_not_there_is_tried_again(bot: RawBot, chat: SandboxClient) -> None:
    await bot("setWebhook", url="http://127.0.0.1:9/hook")
    await chat.send(1, "x")
    info = await failed(bot)
    assert info["last_error_message"] == "Connection refused"
    assert info["pending_update_count"] == 1
    await bot("deleteWebhook", drop_pending_updates=True)
    assert await bot.updates() == []


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("502", "Wrong response from the webhook: 502 Bad Gateway"),
        ("599", "Wrong response from the webhook: 599 Server error"),
        ("drop", "Connection timed out"),
    ],
)
async def test_a_fault_that_was_asked_for_is_told_as_telegram_would(
    bot: RawBot, chat: SandboxClient, receiver: Receiver, kind: str, told: str
) -> None:
    await chat.fault("webhook", kind)
    await bot("setWebhook", url=receiver.url)
    await chat.send(1, "x")
    assert (await failed(bot))["last_error_message"] == told
    assert await receiver.has(1) == ["x"]


async def test_a_webhook_that_hangs_up_is_told_of(bot: RawBot, chat: SandboxClient) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        await bot("setWebhook", url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        await chat.send(1, "x")
        told = (await failed(bot))["last_error_message"]
        await bot("deleteWebhook")
    assert told in {"Webhook connection closed", "Connection reset by peer"}


def secure(reason: str) -> ssl.SSLError:
    failure = ssl.SSLError(1, f"[SSL: {reason}]")
    failure.reason = reason
    return failure


KEY: Any = None
FAILURES: dict[str, tuple[Exception, str]] = {
    "too slow": (TimeoutError(), "Read timeout expired"),
    "never connected": (ConnectionTimeoutError("x"), "Connection timed out"),
    "broken off": (ConnectionResetError(errno.ECONNRESET, "x"), "Connection reset by peer"),
    "hung up": (ServerDisconnectedError(), "Webhook connection closed"),
    "cut short": (ClientPayloadError("x"), "Webhook connection closed"),
    "no HTTP": (
        ClientResponseError(KEY, (), status=400, message="Bad status line"),
        "Wrong response from the webhook: Bad status line",
    ),
    "no name": (
        ClientConnectorDNSError(KEY, OSError(-2, "Name or service not known")),
        "Failed to resolve host: Name or service not known",
    ),
    "refused": (
        ClientConnectorError(KEY, OSError(errno.ECONNREFUSED, "Connect call failed")),
        "Connection refused",
    ),
    "no secure one": (
        ClientConnectorSSLError(KEY, secure("WRONG_VERSION_NUMBER")),
        "SSL error {wrong version number}",
    ),
    "nobody's certificate": (
        ClientConnectorCertificateError(KEY, secure("CERTIFICATE_VERIFY_FAILED")),
        "SSL error {certificate verify failed}",
    ),
}


@pytest.mark.parametrize(("failure", "told"), FAILURES.values(), ids=FAILURES.keys())
def test_failures_are_told_in_telegrams_kind_of_words(failure: Exception, told: str) -> None:
    assert webhook_error(failure) == told


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:9/hook", "127.0.0.1"),
        ("http://[::1]:9/hook", "::1"),
        ("http://localhost:9/hook", "127.0.0.1"),
    ],
)
async def test_the_address_of_a_webhook_is_told(bot: RawBot, url: str, address: str) -> None:
    assert "ip_address" not in (await bot("getWebhookInfo")).result
    await bot("setWebhook", url=url)
    assert (await bot("getWebhookInfo")).result["ip_address"] == address


async def test_a_webhook_whose_name_leads_nowhere_has_no_address(
    bot: RawBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nowhere(*_: Any, **__: Any) -> Any:
        raise socket.gaierror

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nowhere)
    await bot("setWebhook", url="http://localhost:9/hook")
    assert (await bot("getWebhookInfo")).result["ip_address"] == "<unknown>"


async def test_the_answer_may_call_a_method(bot: RawBot, chat: SandboxClient, receiver: Receiver) -> None:
    form = MultipartWriter("form-data")
    for name, value in (("method", "sendMessage"), ("chat_id", "1"), ("text", "by form")):
        form.append(value).set_content_disposition("form-data", name=name)
    receiver.answers = [
        web.json_response({"method": "sendMessage", "chat_id": 1, "text": "by json"}),
        web.Response(body=form),
        web.json_response({"method": "sendMessage", "chat_id": 1, "text": ""}),
        web.Response(text="not json"),
    ]
    await bot("setWebhook", url=receiver.url)
    for text in ("a", "b", "c", "d"):
        await chat.send(1, text)
    await settled(bot)
    assert [m.text for m in await chat.messages(1) if m.from_bot] == ["by json", "by form"]
    sent = [call["status"] for call in await chat.calls() if call["method"] == "sendMessage"]
    assert sent == [200, 200, 400]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("drop", ["x"]),
        ("drop_reply", ["x", "x"]),
        ("duplicate", ["x", "x"]),
        ("delay", ["x"]),
        ("500", ["x"]),
    ],
)
async def test_faults_on_the_way_to_the_webhook(
    bot: RawBot, chat: SandboxClient, receiver: Receiver, kind: str, expected: list[str]
) -> None:
    await chat.fault("webhook", kind, seconds=0.05)
    await bot("setWebhook", url=receiver.url)
    await chat.send(1, "x")
    await settled(bot)
    assert receiver.texts == expected


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"url": "ftp://127.0.0.1/"}, "bad webhook: an HTTP or HTTPS URL must be provided for webhook"),
        ({"url": "http://[bad/"}, "bad webhook: Invalid IPv6 URL"),
        ({"url": "http://127.0.0.1:99999/"}, "bad webhook: Port out of range 0-65535"),
        (
            {"url": "https://example.org/"},
            "bad webhook: the sandbox was allowed to call localhost, 127.0.0.1, ::1, and not example.org",
        ),
        ({"url": "http://127.0.0.1/" + "x" * 2048}, "bad webhook: URL is too long"),
        ({"url": "http://127.0.0.1/", "secret_token": "a b"}, "secret token contains unallowed characters"),
    ],
)
async def test_wrong_webhooks_are_refused(bot: RawBot, parameters: dict[str, str], refusal: str) -> None:
    assert (await bot("setWebhook", **parameters)).refusal == f"Bad Request: {refusal}"
    assert (await bot("getWebhookInfo")).result["url"] == ""


@pytest.mark.parametrize("given", [{"json": {"url": ""}}, {"data": {"url": ""}}, {"params": {"url": ""}}, {}])
async def test_no_address_removes_the_webhook(bot: RawBot, receiver: Receiver, given: dict[str, Any]) -> None:
    await bot("setWebhook", url=receiver.url)
    assert (await bot.request("setWebhook", **given)).result is True
    assert (await bot("getWebhookInfo")).result["url"] == ""


@pytest.mark.parametrize("name", ["certificate", "attach"])
async def test_a_certificate_is_refused_by_name(bot: RawBot, name: str) -> None:
    """However it comes: what is not a file is none at Telegram, and would pass there unseen."""
    form = FormData({"url": "https://127.0.0.1:8443/hook"})
    if name == "attach":
        form.add_field("certificate", "attach://attach")
    form.add_field(name, b"-----BEGIN CERTIFICATE-----", filename="cert.pem")

    for refused in (
        await bot.request("setWebhook", data=form),
        await bot("setWebhook", url="https://127.0.0.1:8443/hook", certificate="cert.pem"),
    ):
        assert refused.refusal == (
            "Bad Request: parameter certificate is known but not simulated by the sandbox"
        )
    assert (await bot("getWebhookInfo")).result["url"] == ""


@pytest.mark.parametrize(
    "answer",
    [
        {"method": "deleteWebhook"},
        {"method": "setwebhook", "url": ""},
        {"method": "getUpdates"},
        {"method": "close"},
        {"method": "logOut"},
    ],
)
async def test_some_methods_cannot_be_called_by_an_answer(
    bot: RawBot, chat: SandboxClient, receiver: Receiver, answer: dict[str, str]
) -> None:
    receiver.answers = [web.json_response(answer)]
    await bot("setWebhook", url=receiver.url)
    await chat.send(1, "x")
    await settled(bot)

    assert (await bot("getWebhookInfo")).result["url"] == receiver.url
    calls = [call["method"].lower() for call in await chat.calls()]
    assert answer["method"].lower() not in calls[calls.index("setwebhook") + 1 :]


async def test_a_kept_webhook_is_served_after_a_restart(receiver: Receiver, tmp_path: Any, http: Any) -> None:
    config = SandboxConfig(port=0, state_file=tmp_path / "world.json")
    async with SandboxServer(config) as server:
        bot = RawBot(http, server.url)
        await bot("setWebhook", url=receiver.url, allowed_updates=["message"], drop_pending_updates=True)
    async with SandboxServer(config) as server, SandboxClient(server.url) as chat:
        await chat.send(1, "still here?")
        assert await receiver.has(1) == ["still here?"]
        assert (await RawBot(http, server.url)("getWebhookInfo")).result["allowed_updates"] == ["message"]
