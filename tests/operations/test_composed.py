"""compose.yaml without containers: its commands and settings, in a folder like the image, behind nginx."""

import asyncio
import os
import shlex
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession

from apps.game_core.settings import CoreSettings
from telegram_sandbox.client import Player, SandboxClient
from telegram_sandbox.config import FloodModel, SandboxConfig
from telegram_sandbox.server import SandboxServer
from tests.operations.test_deployment import COMPOSE, ROOT, filled, image_environment, seconds, steps
from tests.support.bot_process import BotProcess, heard
from tests.support.forked import Forked, forked
from tools.support import nginx as proxy
from tools.support.forks import become_bot
from tools.support.patience import PATIENCE
from tools.support.ports import free_port

_HEARD = 'inventory_events_told_total{subscriber="codex"} 1.0'
_OTHERS = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    config = SandboxConfig(port=0, flood=FloodModel(enabled=False))
    async with SandboxServer(config) as server:
        yield server


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Dockerfile copies out of the checkout, and nothing else of it; compiled here as there."""
    folder = tmp_path_factory.mktemp("image")
    for line in steps("COPY"):
        if line.startswith("--from") or line == "requirements-production.lock /":
            continue
        *sources, target = shlex.split(line)
        for source in sources:
            _copy(
                ROOT / source, folder / target if len(sources) == 1 else folder / target / Path(source).name
            )
    return folder


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


@dataclass(frozen=True)
class Machine:
    """Where services run instead of in containers of their own; `given` is what `.env` would say."""

    image: Path
    given: Mapping[str, str]
    instead: Mapping[str, str]

    def environment(self, service: str) -> dict[str, str]:
        """As the service has it, with the image's, this machine's servers, and ports of its own."""
        composed = COMPOSE[service]["environment"]
        known = {name: filled(value, self.given) for name, value in composed.items()}
        every = {**_OTHERS, **image_environment(), **known, **self.instead}
        every["PATH"] = _OTHERS["PATH"]
        hosts = {name: "127.0.0.1" for name in every if name.endswith("_HOST")}
        ports = {name: str(free_port()) for name in every if name.endswith("_PORT")}
        return {**every, **hosts, **ports}

    @asynccontextmanager
    async def running(self, service: str) -> AsyncIterator["Service"]:
        environment, words = self.environment(service), COMPOSE[service]["command"]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            cwd=self.image,
            env=environment,
            stdout=PIPE,
            stderr=PIPE,
        )
        async with _heard(service, process, environment) as one:
            yield one

    @asynccontextmanager
    async def another(self, service: str) -> AsyncIterator["Service"]:
        """Without three seconds of imports: of the same code, but in the checkout, not in the image."""
        environment, words = self.environment(service), COMPOSE[service]["command"]
        async with _heard(service, await forked(become_bot, words, environment), environment) as one:
            yield one


@dataclass(kw_only=True)
class Service(BotProcess):
    environment: Mapping[str, str]
    patience: float

    async def stopped(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), self.patience)

    async def asked(self, path: str) -> tuple[int, str]:
        url = f"http://127.0.0.1:{self.environment['METRICS_PORT']}{path}"
        async with ClientSession() as web, web.get(url) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def _heard(
    service: str, process: Process | Forked, environment: Mapping[str, str]
) -> AsyncIterator[Service]:
    patience = seconds(COMPOSE[service]["stop_grace_period"])
    async with heard(Service(process, environment=environment, patience=patience)) as one:
        yield one


@asynccontextmanager
async def nginx(folder: Path, port: int, bots: list[Service]) -> AsyncIterator[None]:
    """The template as nginx's image fills it in, but for TLS: certificates are not ours to make."""
    if not proxy.PROGRAM:
        pytest.skip(proxy.MISSING)
    settings = folder / "nginx.conf"
    settings.write_text(proxy.before([bot.environment["WEBHOOK_PORT"] for bot in bots], port, folder))
    process = await asyncio.create_subprocess_exec(*proxy.command(settings))
    try:
        async with asyncio.timeout(PATIENCE):
            while not await _listens(port):  # noqa: ASYNC110 - nginx tells nobody
                await asyncio.sleep(0.02)
        yield
    finally:
        process.terminate()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@pytest.mark.usefixtures("database", "redis")
async def test_the_services_play_together_and_one_after_another_may_stop(
    sandbox: SandboxServer,
    settings: CoreSettings,
    image: Path,
    tmp_path: Path,
) -> None:
    port = free_port()
    given = {
        "BOT_TOKEN": "1000:composed-token-composed-token-composed",
        "WEBHOOK_URL": f"http://127.0.0.1:{port}/hook",
        "WEBHOOK_SECRET": "secret-of-a-webhook",
        "DATABASE_PASSWORD": "replaced-with-the-address",
        "ADMIN_IDS": "1",
    }
    instead = {
        "REDIS_URL": settings.redis_url,
        "DATABASE_URL": settings.database_url,
        "BOT_API_URL": sandbox.url,
    }
    machine = Machine(image, given, instead)
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        migrate = await enter(machine.running("migrate"))
        await migrate.says("The database is up to date.")
        bots = [await enter(machine.running("bot-1")), await enter(machine.another("bot-2"))]
        worker = await enter(machine.another("worker-1"))  # what it imports, `migrate` has as well
        await enter(nginx(tmp_path, port, bots))
        for bot in bots:
            await bot.says("webhook set")
        await worker.says("worker started")
        client = await enter(SandboxClient(sandbox.url))
        alice = Player(client, 1, 1)
        await alice.send("/start")
        await alice.send("/metrics")
        await alice.sees("Active: ")
        await alice.tap("Inventory")
        for each in (*bots, worker):
            assert (await each.asked("/readyz"))[0] == 200

        async with asyncio.timeout(PATIENCE):
            while _HEARD not in (await worker.asked("/metrics"))[1]:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.05)

        first, second = bots
        assert await first.stopped() == 0
        await alice.tap("Backpack")
        await alice.tap("Health Potion")
        await alice.tap("Lock")
        status, numbers = await second.asked("/metrics")
        assert status == 200
        assert 'bot_updates_total{asked="do_lock",ending="done"} 1.0' in numbers
        assert await second.stopped() == 0
        assert await worker.stopped() == 0
        assert migrate.process.returncode == 0
