"""Row 39: whatever goes wrong, tokens and passwords are in no line that a process says."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from pydantic import ValidationError
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.settings import CoreSettings
from bot.cli.environment import explain
from bot.cli.logs import clean
from bot.settings import BotSettings
from tests.support.bot_process import ROOT, bot_process

SECRETS = {
    "token": "123456789:AAE-leaky_leaky_leaky_leaky_leaky_le",
    "redis": "rEdIs-pass",
    "postgres": "pO$tgr%2Fes",  # as an address writes it
    "decoded": "pO$tgr/es",
    "webhook": "webhook_secret_of_ours",
}
NOWHERE = {
    "BOT_TOKEN": SECRETS["token"],
    "REDIS_URL": f"redis://:{SECRETS['redis']}@127.0.0.1:1/0",
    "DATABASE_URL": f"postgresql://game:{SECRETS['postgres']}@127.0.0.1:1/game",
    "WEBHOOK_SECRET": SECRETS["webhook"],
}


def leaked(said: str) -> list[str]:
    return [name for name, secret in SECRETS.items() if secret in said]


async def said_by_a_leaky_process() -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.leaky", "leaks"),
        cwd=ROOT,
        env={**os.environ, **NOWHERE},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return said.decode()


@pytest.fixture
async def roundabout() -> AsyncIterator[str]:
    """A Bot API that sends every call round in circles, so that errors name the address that was called."""

    async def turn(request: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect(request.path)

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", turn)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_fault_39_a_process_that_tries_to_say_its_secrets_does_not() -> None:
    said = await said_by_a_leaky_process()

    assert leaked(said) == []
    for line in ("plain", "nested", "password alone", "GET /bot", "headers", "failed", "never retrieved"):
        assert line in said
    assert said.count("LeakyError") > 4
    assert "\nTraceback (most recent call last):\n" in said  # the crash at the end, told by the interpreter


async def test_fault_39_a_real_bot_with_everything_amiss(
    roundabout: str, settings: CoreSettings, database: AsyncEngine, redis: Redis
) -> None:
    env = {"BOT_TOKEN": SECRETS["token"], "BOT_API_URL": roundabout, "LOG_LEVEL": "DEBUG"}
    async with bot_process(settings, **env) as bot:
        await bot.says("cannot fetch updates")
        line = await bot.says("TooManyRedirects")

    assert "/bot<token>/" in line
    assert leaked("\n".join(bot.said)) == []


@pytest.mark.parametrize("name", ["BOT_TOKEN", "BOT_API_URL", "WEBHOOK_SECRET", "WEBHOOK_URL"])
def test_fault_39_a_refused_setting_is_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "not good, but a secret")

    with pytest.raises(ValidationError) as caught:
        BotSettings(_env_file=None)

    assert "not good" not in "".join(explain(caught.value))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("redis://:pass@host/0", "redis://:<password>@host/0"),
        ("postgresql://me:p@ss/word@host/db is away", "postgresql://me:<password>@host/db is away"),
        ("postgresql://h/db?user=me&password=p:ss&x=1", "postgresql://h/db?user=me&password=<password>&x=1"),
        ("unix:///run/redis.sock?password=p", "unix:///run/redis.sock?password=<password>"),
        ("rediss://h/0?ssl_password=p", "rediss://h/0?ssl_password=<password>"),
        (
            "redis+sentinel://u:p@one,two/m?sentinel_password=p&db=1",
            "redis+sentinel://u:<password>@one,two/m?sentinel_password=<password>&db=1",
        ),
        ("http://host/bot1000:abcdefghijklmnopqrstuvwxyz0123/x", "http://host/bot<token>/x"),
        ("nothing to hide: 12:30, a@b.c, http://host:80/", "nothing to hide: 12:30, a@b.c, http://host:80/"),
    ],
)
def test_fault_39_secrets_are_known_by_their_shape(text: str, shown: str) -> None:
    assert clean(text) == shown
