"""Buttons outside the inventory."""

from collections.abc import Mapping

from aiogram.types import InlineKeyboardMarkup

from bot.callbacks.buttons import Close, Erase, Fight, Open, ScreenName, Speak, Train
from bot.callbacks.makers import Deals
from bot.callbacks.trading import Deal
from bot.views.screen import DANGER, PRIMARY, SUCCESS, button, disabled, keyboard
from bot.views.ui import Ui


def lobby(ui: Ui, owner: int) -> InlineKeyboardMarkup:
    return keyboard(
        [
            [button(ui.label("inventory"), Open(screen=ScreenName.MAIN, owner=owner), PRIMARY)],
            [
                button(ui.label("training"), Fight(do=Train.START, owner=owner)),
                button(ui.label("bench"), Open(screen=ScreenName.BENCH, owner=owner)),
            ],
            [
                button(ui.label("trade"), Deals(owner).table(Deal.OPEN)),
                button(ui.label("merchant"), Open(screen=ScreenName.MERCHANT, owner=owner)),
            ],
            [
                button(ui.label("codex"), Open(screen=ScreenName.CODEX, owner=owner)),
                button(ui.label("language"), Open(screen=ScreenName.LANGUAGE, owner=owner)),
            ],
            [button(ui.label("leave"), Open(screen=ScreenName.LOGOUT, owner=owner))],
        ]
    )


def languages(ui: Ui, owner: int, names: Mapping[str, str], current: str) -> InlineKeyboardMarkup:
    """`names`: each language's own name by its code."""
    rows = [
        [
            disabled(f"✓ {name}")
            if code == current
            else button(name, Speak(owner=owner, language=code), PRIMARY)
        ]
        for code, name in names.items()
    ]
    return keyboard([*rows, [button(ui.label("back"), Open(screen=ScreenName.LOBBY, owner=owner))]])


def logout(ui: Ui, owner: int) -> InlineKeyboardMarkup:
    stay = button(ui.label("stay"), Open(screen=ScreenName.LOBBY, owner=owner), SUCCESS)
    return keyboard([[button(ui.label("leave_yes"), Close(owner=owner, leave=True), DANGER), stay]])


def erase(ui: Ui, owner: int) -> InlineKeyboardMarkup:
    keep = button(ui.label("keep_character"), Open(screen=ScreenName.LOBBY, owner=owner), SUCCESS)
    return keyboard([[keep], [button(ui.label("erase"), Open(screen=ScreenName.ERASE, owner=owner), DANGER)]])


def erase_for_sure(ui: Ui, owner: int, character: int) -> InlineKeyboardMarkup:
    keep = button(ui.label("keep_character"), Open(screen=ScreenName.LOBBY, owner=owner), SUCCESS)
    return keyboard(
        [[button(ui.label("erase_yes"), Erase(owner=owner, character=character), DANGER)], [keep]]
    )


def help_page(ui: Ui, owner: int) -> InlineKeyboardMarkup:
    return keyboard(
        [
            [button(ui.label("inventory"), Open(screen=ScreenName.MAIN, owner=owner), PRIMARY)],
            [button(ui.label("back"), Open(screen=ScreenName.LOBBY, owner=owner))],
        ]
    )
