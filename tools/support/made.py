"""What every bot makes of the same templates and types until it has answered: a second of CPU."""

from typing import Any

from aiogram.methods import EditMessageText, SendMessage, SetMyCommands
from aiogram.types import BotCommand, DisabledButton, InlineKeyboardMarkup, LinkPreviewOptions

from apps.game_core.settings import CoreSettings
from bot.outgoing.edits import EditMenu
from bot.process.factory import ANSWER_MODELS
from bot.settings import BotSettings
from bot.views.ui import compile_all

_SENT = (BotCommand, DisabledButton, InlineKeyboardMarkup, LinkPreviewOptions)
_CALLED = (EditMenu, EditMessageText, SendMessage, SetMyCommands)
_READ = (CoreSettings, BotSettings)
_MODELS: tuple[Any, ...] = (*_SENT, *_CALLED, *_READ, *ANSWER_MODELS)


def make() -> None:
    for model in _MODELS:
        model.model_rebuild()
    compile_all()
