"""The command for a real deployment: the servers' addresses come from the environment."""

import click

from bot.cli.environment import SettingsError, require_servers
from bot.cli.logs import set_up_logs
from bot.incoming.webhook import WebhookWithoutSecretError
from bot.process.lifetime import run
from bot.running import run_bot, webhook_address
from bot.settings import BotSettings


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
    run(run_bot(core, settings, settings.bot_token.get_secret_value(), settings.bot_api_url))
