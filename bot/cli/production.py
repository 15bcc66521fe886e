"""Commands for real deployments: the servers' addresses come from the environment."""

import click
import uvloop

from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.migrate import upgrade
from bot.cli.environment import SettingsError, require_servers
from bot.cli.logs import set_up_logs
from bot.running import run_bot, run_worker, webhook_address
from bot.settings import BotSettings
from bot.webhook import WebhookWithoutSecretError


@click.command()
def bot() -> None:
    """Serve players at Telegram."""
    settings, core = BotSettings(), require_servers()
    if settings.bot_token is None:
        raise SettingsError("BOT_TOKEN is not set. @BotFather gives you one")
    try:
        webhook_address(settings)
    except WebhookWithoutSecretError as error:
        raise SettingsError("WEBHOOK_SECRET is not set, and a webhook needs one") from error
    set_up_logs(settings.log_level)
    uvloop.run(run_bot(core, settings, settings.bot_token.get_secret_value(), settings.bot_api_url))


@click.command()
def worker() -> None:
    """Write dirty sessions to PostgreSQL; any number may run side by side."""
    core = require_servers()
    set_up_logs(BotSettings().log_level)
    uvloop.run(run_worker(core))


@click.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    core = require_servers()

    async def run() -> None:
        engine = make_engine(core.database_url)
        await upgrade(engine)
        await engine.dispose()

    uvloop.run(run())
    click.echo("The database is up to date.")
