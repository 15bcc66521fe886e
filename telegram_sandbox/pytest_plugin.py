"""pytest's plugin: fixtures for journeys. Override `served` so that it runs your bot, and play.

pytest loads this in every run, so whatever is large is imported by the tests that use it.
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

try:
    from pytest_asyncio import fixture as async_fixture
except ImportError:  # other plugins run plain fixtures that are coroutines, with fewer options
    async_fixture = pytest.fixture  # type: ignore[assignment]

if TYPE_CHECKING:
    from telegram_sandbox.client import Player, SandboxClient, TapButton
    from telegram_sandbox.config import SandboxConfig
    from telegram_sandbox.server import SandboxServer

__all__ = ["chat", "player", "sandbox", "sandbox_config", "served", "tap"]


@pytest.fixture
def sandbox_config() -> "SandboxConfig":
    """Override it to change limits."""
    from telegram_sandbox.config import SandboxConfig  # noqa: PLC0415 - see above

    return SandboxConfig(port=0)


@async_fixture
async def sandbox(sandbox_config: "SandboxConfig") -> AsyncIterator["SandboxServer"]:
    """A sandbox at `sandbox.url`."""
    from telegram_sandbox.server import SandboxServer  # noqa: PLC0415 - see above

    async with SandboxServer(sandbox_config) as server:
        yield server


@async_fixture
async def served(sandbox: "SandboxServer") -> None:
    """Override it to run your bot against `sandbox.url` while a test plays; by default tests start one."""


@async_fixture
async def chat(
    sandbox: "SandboxServer",
    served: None,  # noqa: ARG001  # the bot runs before anybody plays
) -> AsyncIterator["SandboxClient"]:
    """The control interface: more users, groups, faults, what stands in a chat."""
    from telegram_sandbox.client import SandboxClient  # noqa: PLC0415 - see above

    async with SandboxClient(sandbox.url) as client:
        yield client


@pytest.fixture
def player(chat: "SandboxClient") -> "Player":
    """Alice, in her private chat with the bot."""
    from telegram_sandbox.client import Player  # noqa: PLC0415 - see above

    return Player(chat, 1)


@pytest.fixture
def tap(player: "Player") -> "TapButton":
    """Taps a button by its label for Alice."""
    return player.tap
