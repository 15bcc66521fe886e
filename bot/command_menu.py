"""The messenger's command menu, in every language."""

from collections.abc import Collection, Iterable

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeChat

from bot.handlers.admins import COMMANDS as ADMIN_COMMANDS
from bot.i18n import SOURCE_LANGUAGE
from bot.views.ui import Ui, Uis

log = structlog.get_logger(__name__)

_COMMANDS = ("start", "inventory", "help", "logout", "delete_me")


async def describe_commands(bot: Bot, uis: Uis, admin_ids: Collection[int] = ()) -> None:
    """Admins find theirs in their own chats only."""
    for language in uis.translations.languages:
        ui = uis.of(language)
        await _describe(bot, ui, _COMMANDS)
        for user_id in admin_ids:
            await _describe(bot, ui, (*_COMMANDS, *ADMIN_COMMANDS), BotCommandScopeChat(chat_id=user_id))


async def _describe(bot: Bot, ui: Ui, names: Iterable[str], scope: BotCommandScopeChat | None = None) -> None:
    language = ui.translator.language
    commands = [BotCommand(command=name, description=ui.command(name)) for name in names]
    code = None if language == SOURCE_LANGUAGE else language
    try:
        await bot.set_my_commands(commands, scope=scope, language_code=code)
    except TelegramAPIError as error:
        # An admin who has never written to the bot has no chat yet: nothing to be warned of.
        say = log.debug if scope else log.warning
        say("commands not described", language=language, error=str(error))
