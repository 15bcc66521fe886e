"""The whole bot over real HTTP: sandbox, dispatcher, core, PostgreSQL and Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.settings import CoreSettings
from bot.incoming.intake import Intake
from bot.incoming.polling import Polling
from bot.running import Process, open_process
from telegram_sandbox.client import SandboxClient
from telegram_sandbox.config import FloodModel, SandboxConfig
from telegram_sandbox.pytest_plugin import chat, player, sandbox, tap
from telegram_sandbox.server import SandboxServer
from tools.walk.stage import Hasty

__all__ = ["chat", "player", "sandbox", "tap"]

TOKEN = "1000:journey-token-journey-token-journey"


@pytest.fixture
def sandbox_config() -> SandboxConfig:
    return SandboxConfig(port=0, flood=FloodModel(enabled=False))


@pytest.fixture
async def process(
    sandbox: SandboxServer, settings: CoreSettings, database: AsyncEngine, redis: Redis
) -> AsyncIterator[Process]:
    """A running bot; its worker is paused, and its menus are not paced."""
    async with open_process(settings, TOKEN, sandbox.url, clock=Hasty()) as opened, polled(opened):
        yield opened


@asynccontextmanager
async def polled(process: Process) -> AsyncIterator[None]:
    """The process takes in updates for as long as the block runs."""
    intake = Intake(process.bot, process.dispatcher, watcher=process.metrics)
    polling = Polling(process.bot, process.dispatcher, intake=intake)
    running = asyncio.create_task(polling.run())
    yield
    polling.stop()
    await running


@pytest.fixture
async def served(process: Process) -> None:
    """The inventory bot."""


@pytest.fixture
async def client(sandbox: SandboxServer, process: Process) -> AsyncIterator[SandboxClient]:
    async with SandboxClient(sandbox.url) as opened:
        yield opened
