"""The demo: embedded servers, the sandbox with its chat page, and the bot, with one command."""

import asyncio
import os
import shutil
import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from secrets import token_urlsafe
from threading import Thread

import click
import structlog
import uvloop

from apps.embedded import EmbeddedServers, EmbeddedServersError, open_data_folder
from apps.settings_file import ENV_FILE
from bot.cli.logs import clean, set_up_logs
from bot.running import run_bot
from bot.settings import BotSettings
from telegram_sandbox.config import DEFAULT_USERS, SandboxConfig
from telegram_sandbox.server import SandboxServer
from tools.demo_servers import Environment, open_environment

log = structlog.get_logger(__name__)

DATA = ENV_FILE.parent / ".data"
# What all demos had once: any web page knew it.
_FORMER_TOKEN = "1000:sandbox-token-sandbox-token-sandbox"  # noqa: S105 - opens nothing
_TOKEN_BYTES = 24
_WATCH_EVERY = 0.5
_HAVE_SCREENS = ("darwin", "win32")
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
_TOKEN_FILE = "sandbox.token"  # noqa: S105 - a name
_OURS = ("pg", "redis", "sandbox.json", _TOKEN_FILE)


@click.command()
@click.option(
    "--port", default=8088, show_default=True, type=click.IntRange(0, 65535), help="Of the chat page; 0: any."
)
@click.option(
    "--data-dir",
    default=DATA,
    show_default=".data of the checkout",
    type=click.Path(path_type=Path, file_okay=False),
)
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
@click.option("--fresh", is_flag=True, help="Start over: delete what earlier demos left in the data folder.")
def demo(port: int, data_dir: Path, no_open: bool, fresh: bool) -> None:
    """Start everything and open the chat page. No token needed."""
    settings = BotSettings()
    set_up_logs(settings.log_level)
    if fresh:
        forget(data_dir)
    with open_environment(data_dir) as environment:
        if settings.bot_token:
            uvloop.run(_serve_telegram(environment, settings))
        else:
            uvloop.run(_serve_sandbox(environment, settings, port, data_dir, browse=not no_open))


def forget(data_dir: Path) -> None:
    """Delete what a demo made in its data folder, and nothing else; a demo that runs keeps it."""
    with open_data_folder(data_dir):
        for name in _OURS:
            path = data_dir / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def new_token() -> str:
    """For a bot in a sandbox; nobody else knows it."""
    return f"1000:{token_urlsafe(_TOKEN_BYTES)}"


def token_in(data_dir: Path) -> str:
    """The demo's token, made at its first start. Others of this machine cannot read it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / _TOKEN_FILE
    path.touch(mode=0o600)
    if not path.stat().st_size:
        path.write_text(new_token(), encoding="ascii")
    return path.read_text(encoding="ascii")


def show(url: str, environment: Mapping[str, str]) -> bool:
    """Open a browser beside us, if there is a screen for one; whether it was tried.

    Nobody waits for it: a browser in a terminal ends when its user ends it.
    """
    if sys.platform not in _HAVE_SCREENS and not any(environment.get(name) for name in _SCREENS):
        return False
    Thread(target=webbrowser.open, args=(url,), name="browser", daemon=True).start()
    return True


async def _serve_sandbox(
    environment: Environment, settings: BotSettings, port: int, data_dir: Path, *, browse: bool
) -> None:
    config = SandboxConfig(port=port, state_file=data_dir / "sandbox.json", webhook_hosts=())
    token, server = token_in(data_dir), SandboxServer(config)
    server.state.hand_over(_FORMER_TOKEN, token)
    async with server as sandbox:
        click.echo(f"Chat page: {sandbox.url}/")
        _say_servers(environment)
        if browse:
            show(f"{sandbox.url}/", os.environ)
        # Somebody must be able to try what admins can do.
        admins = settings.admin_ids or {DEFAULT_USERS[0].id}
        await _run(environment, settings.model_copy(update={"admin_ids": admins}), token, sandbox.url)


async def _serve_telegram(environment: Environment, settings: BotSettings) -> None:
    assert settings.bot_token is not None  # noqa: S101 - the caller has looked
    click.echo(f"Talking to Telegram at {settings.bot_api_url}")
    _say_servers(environment)
    await _run(environment, settings, settings.bot_token.get_secret_value(), settings.bot_api_url)


def _say_servers(environment: Environment) -> None:
    click.echo(clean(f"Redis: {environment.settings.redis_url}"))
    click.echo(clean(f"PostgreSQL: {environment.settings.database_url}"))


async def _run(environment: Environment, settings: BotSettings, token: str, api_url: str) -> None:
    watching = asyncio.create_task(_watch(environment.servers)) if environment.servers else None
    try:
        await run_bot(environment.settings, settings, token, api_url)
    finally:
        if watching:
            watching.cancel()


async def _watch(servers: EmbeddedServers) -> None:
    """Start an embedded server again when somebody kills it."""
    while True:
        await asyncio.sleep(_WATCH_EVERY)
        if dead := servers.dead():
            log.error("embedded server died, starting it again", servers=dead)
            try:
                await asyncio.to_thread(servers.revive)
            except EmbeddedServersError as error:
                log.error("embedded server does not start", error=str(error))  # noqa: TRY400 - it says it all
