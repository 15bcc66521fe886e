"""Buttons of a fight."""

from functools import partial

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import ItemView
from apps.game_core.modules.training.contracts import FightView
from bot.callbacks.buttons import Fight, Open, ScreenName, Train
from bot.views.screen import DANGER, PRIMARY, SUCCESS, button, in_roomy_rows, keyboard
from bot.views.ui import Ui


def fight(ui: Ui, owner: int, view: FightView) -> InlineKeyboardMarkup:
    if view.fight.is_over:
        return _over(ui, owner)
    move = partial(Fight, do=Train.MOVE, owner=owner, fight=view.fight.id, turn=view.fight.turn)
    quick = [_quick(ui, index, item, move) for index, item in enumerate(view.quick_slots) if item]
    return keyboard(
        [
            [
                button(ui.label("strike"), move(), PRIMARY),
                button(ui.label("fight_to_end"), move(do=Train.FINISH)),
            ],
            *in_roomy_rows(quick),
            [button(ui.label("give_up"), Fight(do=Train.LEAVE, owner=owner, fight=view.fight.id), DANGER)],
        ]
    )


def _over(ui: Ui, owner: int) -> InlineKeyboardMarkup:
    return keyboard(
        [
            [button(ui.label("fight_again"), Fight(do=Train.START, owner=owner), PRIMARY)],
            [
                button(ui.label("back"), Open(screen=ScreenName.LOBBY, owner=owner)),
                button(ui.label("inventory"), Open(screen=ScreenName.MAIN, owner=owner)),
            ],
        ]
    )


def _quick(ui: Ui, index: int, item: ItemView, move: "partial[Fight]") -> InlineKeyboardButton:
    return button(ui.label("quick", index + 1, item), move(item=item.id, quick_slot=index), SUCCESS)
