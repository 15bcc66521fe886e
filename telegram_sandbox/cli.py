import asyncio
import logging
import signal
from pathlib import Path

import click

from telegram_sandbox.config import DEFAULT_PORT, FloodModel, SandboxConfig
from telegram_sandbox.errors import SandboxError
from telegram_sandbox.telegram_models import completed_when_used


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address.")
@click.option(
    "--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(0, 65535), help="0: any."
)
@click.option("--state-file", type=click.Path(path_type=Path), help="Keeps the world between runs.")
@click.option("--no-flood", is_flag=True, help="No flood limits, for load tests.")
@click.option("--lenient", is_flag=True, help="Pass over unknown parameters, as Telegram does, and log them.")
@click.option("--private-topics", is_flag=True, help="Private chats have topics, as BotFather can turn on.")
@click.option(
    "--webhook-host",
    "webhook_hosts",
    multiple=True,
    default=SandboxConfig.webhook_hosts,
    show_default=True,
    metavar="HOST",
    help="A host that webhooks may be at; give it again for more.",
)
def sandbox(
    *,
    host: str,
    port: int,
    state_file: Path | None,
    no_flood: bool,
    lenient: bool,
    private_topics: bool,
    webhook_hosts: tuple[str, ...],
) -> None:
    """A local Telegram: a Bot API server and a chat page, for bots under development.

    Any well-formed token is a bot of its own.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    flood = FloodModel(enabled=not no_flood)
    config = SandboxConfig(
        host=host,
        port=port,
        state_file=state_file,
        flood=flood,
        lenient=lenient,
        private_topics=private_topics,
        webhook_hosts=webhook_hosts,
    )
    try:
        asyncio.run(_serve(config))
    except SandboxError as fault:
        raise click.ClickException(str(fault)) from fault


async def _serve(config: SandboxConfig) -> None:
    # Imported late: Telegram's types alone take seconds, and --help needs none of them.
    with completed_when_used():
        from telegram_sandbox.server import SandboxServer  # noqa: PLC0415

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    async with SandboxServer(config) as server:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        click.echo(f"Bot API: {server.url}")
        click.echo(f"Chat page: {server.url}/")
        await stop.wait()
