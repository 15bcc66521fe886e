"""A sandbox for each test, and a bot that is nothing but HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, expect

from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.pytest_plugin import chat, player, sandbox_config, served, tap
from telegram_sandbox.server import SandboxServer
from tests.support.browser import Tab
from tools.support.patience import PATIENCE

__all__ = ["chat", "player", "sandbox_config", "served", "tap"]

"""Milliseconds: a page on a busy machine is slow, not wrong."""
expect.set_options(timeout=PATIENCE * 1000)

TOKEN = "4242:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@dataclass(frozen=True)
class Reply:
    status: int
    body: dict[str, Any]

    @property
    def result(self) -> Any:
        assert self.body["ok"] is True, self.body
        return self.body["result"]

    @property
    def refusal(self) -> str:
        assert self.body["ok"] is False, self.body
        assert self.body["error_code"] == self.status
        return str(self.body["description"])


class RawBot:
    def __init__(self, session: ClientSession, url: str, token: str = TOKEN) -> None:
        self._session = session
        self.url = url
        self.token = token

    async def __call__(self, method: str, **parameters: Any) -> Reply:
        """None leaves a parameter out."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return await self.request(method, json=given)

    async def request(self, method: str, verb: str = "POST", **options: Any) -> Reply:
        path = f"{self.url}/bot{self.token}/{method}"
        async with self._session.request(verb, path, **options) as response:
            return Reply(response.status, await response.json())

    async def updates(self, **parameters: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self("getUpdates", **parameters)).result
        return found

    def with_token(self, token: str) -> "RawBot":
        return RawBot(self._session, self.url, token)


@pytest.fixture
async def sandbox(
    sandbox_config: SandboxConfig, request: pytest.FixtureRequest
) -> AsyncIterator[SandboxServer]:
    if "page" not in request.fixturenames:
        async with SandboxServer(sandbox_config) as server:
            yield server
        return
    tab: Tab = request.getfixturevalue("tab")
    async with tab.sandbox(sandbox_config) as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def bot(sandbox: SandboxServer, http: ClientSession) -> RawBot:
    """A bot whose private chats with Alice (1) and Boris (2) are open."""
    raw = RawBot(http, sandbox.url)
    await raw("getMe")
    for user_id in (1, 2):
        message = {"user_id": user_id, "text": "/start"}
        await (await http.post(f"{sandbox.url}/sandbox/messages", json=message)).release()
    await settled(raw)
    return raw


async def settled(bot: RawBot) -> None:
    """Nothing waits for the bot any more."""
    for update in await bot.updates(offset=-1):
        await bot("getUpdates", offset=update["update_id"] + 1)


@pytest.fixture
async def page(tab: Tab, sandbox: SandboxServer) -> AsyncIterator[Page]:
    """The chat page, on a desk; a fault in its script or an error on its console fails the test."""
    async with tab.at(sandbox.url) as opened:
        yield opened


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "press", **button}]]}
