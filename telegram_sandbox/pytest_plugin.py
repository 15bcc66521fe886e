"""pytest fixtures for journeys: import them into a conftest, override `served` to run your bot, and play."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from telegram_sandbox.client import Player, SandboxClient, TapResult
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.server import SandboxServer

TapButton = Callable[[str], Awaitable[TapResult]]

__all__ = ["chat", "player", "sandbox", "sandbox_config", "served", "tap"]


@pytest.fixture
def sandbox_config() -> SandboxConfig:
    """Override it to change limits."""
    return SandboxConfig(port=0)


@pytest.fixture
async def sandbox(sandbox_config: SandboxConfig) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(sandbox_config) as server:
        yield server


@pytest.fixture
async def served(sandbox: SandboxServer) -> None:
    """Override it to run your bot against `sandbox.url` while a test plays; by default tests start one."""


@pytest.fixture
async def chat(
    sandbox: SandboxServer,
    served: None,  # noqa: ARG001  # the bot runs before anybody plays
) -> AsyncIterator[SandboxClient]:
    """The control interface: more users, groups, faults, what stands in a chat."""
    async with SandboxClient(sandbox.url) as client:
        yield client


@pytest.fixture
def player(chat: SandboxClient) -> Player:
    """Alice, in her private chat with the bot."""
    return Player(chat, 1)


@pytest.fixture
def tap(player: Player) -> TapButton:
    """Taps a button by its label for Alice."""
    return player.tap
