"""Looking at the inventory."""

from collections.abc import Callable, Mapping

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from apps.game_core.modules.inventory.contracts import InventoryReader
from bot.callbacks.buttons import Close, Open, ScreenName, numbered_slot
from bot.players.partners import Partners
from bot.players.states import Inventory
from bot.players.visit import Visit
from bot.views.screen import Notice, Screen
from bot.views.screens import Screens


async def command(_: Message, state: FSMContext, visit: Visit) -> None:
    inventory = await visit.gateway.open(visit.char_id)
    await state.set_state(Inventory.browsing)
    await visit.show(visit.screens.main(inventory))


async def show(_: CallbackQuery, callback_data: Open, state: FSMContext, visit: Visit) -> None:
    inventory = await visit.gateway.open(visit.char_id)
    if visit.state != Inventory.browsing.state:
        await state.set_state(Inventory.browsing)
    await visit.show(screen(visit.screens, inventory, callback_data))


async def close(_: CallbackQuery, visit: Visit, partners: Partners) -> None:
    left = await partners.leave_behind(visit.menu.bot, visit.char_id)
    await visit.show(await visit.home(), Notice(visit.ui.notice("table_left" if left else "closed")))


_Draw = Callable[[Screens, InventoryReader, Open], Screen]
_SCREENS: Mapping[ScreenName, _Draw] = {
    ScreenName.MAIN: lambda screens, inventory, _: screens.main(inventory),
    ScreenName.BACKPACK: lambda screens, inventory, open_: screens.backpack(inventory, open_.page),
    ScreenName.FILTER: lambda screens, _, __: screens.filters(),
    ScreenName.ORDER: lambda screens, inventory, _: screens.orders(inventory),
    ScreenName.MARKING: lambda screens, inventory, open_: screens.marking(inventory, open_.page),
    ScreenName.CONFIRM_MARKED: lambda screens, inventory, open_: screens.confirm_marked(
        inventory, open_.page
    ),
    ScreenName.SLOT: lambda screens, inventory, open_: screens.slot(inventory, open_.slot_number),
    ScreenName.BEST_SET: lambda screens, inventory, _: screens.best_set(inventory),
    ScreenName.LOADOUTS: lambda screens, inventory, _: screens.loadouts(inventory),
    ScreenName.LOADOUT: lambda screens, inventory, open_: screens.loadout(inventory, open_.loadout),
    ScreenName.FORGET_LOADOUT: lambda screens, inventory, open_: screens.forget_loadout(
        inventory, open_.loadout
    ),
    ScreenName.JUNK: lambda screens, inventory, _: screens.junk(inventory),
    ScreenName.BENCH: lambda screens, inventory, _: screens.bench(inventory),
    ScreenName.QUICK_SLOTS: lambda screens, inventory, _: screens.quick_slots(inventory),
    ScreenName.FILL_QUICK_SLOT: lambda screens, inventory, open_: screens.fill_quick_slot(
        inventory, open_.quick_slot
    ),
    ScreenName.ITEM: lambda screens, inventory, open_: screens.item(
        inventory, open_.item, open_.page, numbered_slot(open_.slot_number)
    ),
    ScreenName.PICK_SLOT: lambda screens, inventory, open_: screens.pick_slot(
        inventory, open_.item, open_.page
    ),
    ScreenName.PICK_QUICK_SLOT: lambda screens, inventory, open_: screens.pick_quick_slot(
        inventory, open_.item, open_.page
    ),
    ScreenName.PICK_SPLIT: lambda screens, inventory, open_: screens.pick_split(
        inventory, open_.item, open_.page
    ),
    ScreenName.PICK_DROP: lambda screens, inventory, open_: screens.pick_drop(
        inventory, open_.item, open_.page
    ),
    ScreenName.CONFIRM_DROP: lambda screens, inventory, open_: screens.confirm_drop(
        inventory, open_.item, open_.page, open_.quantity
    ),
    ScreenName.CONFIRM_USE: lambda screens, inventory, open_: screens.confirm_use(
        inventory, open_.item, open_.page
    ),
    ScreenName.CONFIRM_USE_QUICK: lambda screens, inventory, open_: screens.confirm_use_quick(
        inventory, open_.item, open_.quick_slot
    ),
}


def screen(screens: Screens, inventory: InventoryReader, wanted: Open) -> Screen:
    """The screen that a button asks for."""
    return _SCREENS[wanted.screen](screens, inventory, wanted)


def setup() -> Router:
    router = Router(name="browsing")
    router.message.register(command, Command("inventory"))
    router.callback_query.register(show, Open.filter(F.screen.in_(_SCREENS)))
    router.callback_query.register(close, Close.filter(~F.leave))
    return router
