"""The messenger's command menu, in every language that it can tell apart: it knows those of two letters."""

from collections.abc import Collection, Iterable

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeChat

from bot.handlers.admins import COMMANDS as ADMIN_COMMANDS
from bot.i18n import SOURCE_LANGUAGE, Translations
from bot.languages.tags import understood
from bot.views.ui import Ui, Uis

log = structlog.get_logger(__name__)

_COMMANDS = ("start", "inventory", "trade", "help", "logout", "delete_me")
_TWO_LETTERS = 2


async def describe_commands(bot: Bot, uis: Uis, admin_ids: Collection[int] = ()) -> None:
    """Admins find theirs in their own chats only."""
    for code in (None, *codes(uis.translations)):
        ui = uis.of(uis.translations.choose(code))
        await _describe(bot, ui, code, _COMMANDS)
        for user_id in admin_ids:
            admins_chat = BotCommandScopeChat(chat_id=user_id)
            await _describe(bot, ui, code, (*_COMMANDS, *ADMIN_COMMANDS), admins_chat)


def codes(translations: Translations) -> list[str]:
    """ISO 639-1 codes of our languages, sorted; whoever speaks none of them finds English without a code."""
    tongues = [tongue for language in translations.languages if (tongue := understood(language))]
    found = {code for tongue in tongues for code in (tongue.language, tongue.family)}
    return sorted(code for code in found if len(code) == _TWO_LETTERS and code != SOURCE_LANGUAGE)


async def _describe(
    bot: Bot, ui: Ui, code: str | None, names: Iterable[str], scope: BotCommandScopeChat | None = None
) -> None:
    commands = [BotCommand(command=name, description=ui.command(name)) for name in names]
    try:
        await bot.set_my_commands(commands, scope=scope, language_code=code)
    except TelegramAPIError as error:
        # An admin who has never written to the bot has no chat yet: nothing to be warned of.
        say = log.debug if scope else log.warning
        say("commands not described", language=ui.translator.language, error=str(error))
