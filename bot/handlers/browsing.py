"""Looking at the inventory."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from apps.game_core.modules.inventory.contracts import InventoryReader
from bot.callbacks.buttons import Close, Open
from bot.callbacks.buttons import Screen as ScreenName
from bot.states import INVENTORY_STATES, Inventory, Lobby
from bot.views.screen import Notice, Screen
from bot.views.screens import Screens
from bot.visit import Visit

_OUTSIDE = {ScreenName.LOBBY, ScreenName.LANGUAGE, ScreenName.LOGOUT}


async def command(_: Message, state: FSMContext, visit: Visit) -> None:
    inventory = await visit.gateway.open(visit.char_id)
    await state.set_state(Inventory.browsing)
    await visit.show(visit.screens.main(inventory))


async def show(
    _: CallbackQuery, callback_data: Open, state: FSMContext, raw_state: str | None, visit: Visit
) -> None:
    inventory = await visit.gateway.open(visit.char_id)
    if raw_state not in INVENTORY_STATES:
        await state.set_state(Inventory.browsing)
    await visit.show(screen(visit.screens, inventory, callback_data))


async def close(_: CallbackQuery, state: FSMContext, visit: Visit) -> None:
    await state.set_state(Lobby.idle)
    await visit.show(visit.screens.lobby(visit.player.character), Notice(visit.ui.notice("closed")))


def screen(screens: Screens, inventory: InventoryReader, wanted: Open) -> Screen:  # noqa: PLR0911 - a table
    """The screen that a button asks for."""
    match wanted.screen:
        case ScreenName.BACKPACK:
            return screens.backpack(inventory, wanted.page)
        case ScreenName.QUICK_SLOTS:
            return screens.quick_slots(inventory)
        case ScreenName.ITEM:
            return screens.item(inventory, wanted.item, wanted.page)
        case ScreenName.PICK_SLOT:
            return screens.pick_slot(inventory, wanted.item, wanted.page)
        case ScreenName.PICK_QUICK_SLOT:
            return screens.pick_quick_slot(inventory, wanted.item, wanted.page)
        case ScreenName.PICK_SPLIT:
            return screens.pick_split(inventory, wanted.item, wanted.page)
        case ScreenName.PICK_DROP:
            return screens.pick_drop(inventory, wanted.item, wanted.page)
        case ScreenName.CONFIRM_DROP:
            return screens.confirm_drop(inventory, wanted.item, wanted.page, wanted.amount)
        case _:
            return screens.main(inventory)


def setup() -> Router:
    router = Router(name="browsing")
    router.message.register(command, Command("inventory"))
    router.callback_query.register(show, Open.filter(~F.screen.in_(_OUTSIDE)))
    router.callback_query.register(close, Close.filter(~F.leave))
    return router
