"""A process that tries to say its secrets in every way there is: `python -m tests.support.leaky`."""

import asyncio
import gc
import logging
import os
import warnings

import structlog
from sqlalchemy import make_url

from bot.cli.logs import set_up_logs
from tools.cli.main import cli, main

TOKEN, REDIS, POSTGRES = (os.environ[name] for name in ("BOT_TOKEN", "REDIS_URL", "DATABASE_URL"))
SECRET = os.environ["WEBHOOK_SECRET"]
API_CALL = f"https://api.telegram.org/bot{TOKEN}/getMe"


class LeakyError(Exception):
    pass


def leak() -> None:
    """Raises, with a cause; the frames' source lines and the messages are what a traceback shows."""
    raise LeakyError(API_CALL, {"redis": REDIS}) from LeakyError(f"cannot connect to {POSTGRES}")


async def forgotten_task() -> None:
    async def fail() -> None:
        leak()

    asyncio.create_task(fail())  # noqa: RUF006 - nobody asks for its result, which is the point
    await asyncio.sleep(0.01)
    gc.collect()


def say_everything() -> None:
    ours, theirs = structlog.get_logger("ours"), logging.getLogger("aiohttp.access")
    ours.error("plain", url=POSTGRES, token=TOKEN, secret=SECRET)
    ours.error("nested", settings={"urls": [REDIS, {"api": API_CALL}]}, url=make_url(POSTGRES))
    ours.error("password alone", password=make_url(POSTGRES).password)
    theirs.error('127.0.0.1 "GET /bot%s/getMe HTTP/1.1" 200', TOKEN)
    theirs.warning("headers %r", {"X-Telegram-Bot-Api-Secret-Token": SECRET})
    for log in (ours, theirs):
        try:
            leak()
        except LeakyError:
            log.exception("failed")
    warnings.warn(API_CALL, stacklevel=1)
    asyncio.run(forgotten_task())


@cli.command()
def leaks() -> None:
    """Say everything, then crash."""
    set_up_logs("DEBUG")
    say_everything()
    leak()


if __name__ == "__main__":
    main()
