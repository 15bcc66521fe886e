"""The whole bot over real HTTP: sandbox, dispatcher, core, PostgreSQL and Redis."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.settings import CoreSettings
from apps.sandbox.client import SandboxClient
from apps.sandbox.config import FloodModel, SandboxConfig
from apps.sandbox.server import SandboxServer
from bot.polling import Polling
from bot.running import Process, open_process
from bot.walk.stage import Hasty

TOKEN = "1000:journey-token-journey-token-journey"


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    config = SandboxConfig(port=0, flood=FloodModel(enabled=False))
    async with SandboxServer(config) as server:
        yield server


@pytest.fixture
async def process(
    sandbox: SandboxServer, settings: CoreSettings, database: AsyncEngine, redis: Redis
) -> AsyncIterator[Process]:
    """A running bot; its worker is paused, and its menus are not paced."""
    async with open_process(settings, TOKEN, sandbox.url, clock=Hasty()) as opened:
        polling = Polling(opened.bot, opened.dispatcher)
        running = asyncio.create_task(polling.run())
        yield opened
        polling.stop()
        await running


@pytest.fixture
async def client(sandbox: SandboxServer, process: Process) -> AsyncIterator[SandboxClient]:
    async with SandboxClient(sandbox.url) as opened:
        yield opened
