"""A fight against the dummy. While it goes on, nothing of inventory and trade answers but the quick slots.

Whatever else a player asks for meanwhile, the way back leads to the fight (`Visit.home`).
"""

from aiogram import F, Router
from aiogram.filters import Command, StateFilter, or_f
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from apps.game_core.modules.training.contracts import FightView, GiveUpFight, MakeMove, StartFight
from bot.callbacks.buttons import Act, Choose, Close, Fight, Mark, Open, ScreenName, Train
from bot.callbacks.shops import Shop
from bot.callbacks.trading import AtTable
from bot.handlers.inviting import INVITED
from bot.players.partners import Partners
from bot.players.states import Lobby, Training
from bot.players.visit import Visit
from bot.views.screen import Notice


async def start(query: CallbackQuery, state: FSMContext, visit: Visit, partners: Partners) -> None:
    await partners.leave_behind(visit.menu.bot, visit.char_id)
    view = await visit.router.ask(StartFight(visit.char_id, query.id))
    await _follow(state, visit, view)
    notice = Notice(visit.ui.notice("repeated")) if view.repeated else None
    await visit.show(visit.screens.fight(view), notice)


async def move(_: CallbackQuery, callback_data: Fight, state: FSMContext, visit: Visit) -> None:
    context = MakeMove(visit.char_id, callback_data.fight, callback_data.turn, callback_data.move)
    view = await visit.router.ask(context)
    await _follow(state, visit, view)
    name = "repeated" if view.fight.id == callback_data.fight else "outdated"
    await visit.show(visit.screens.fight(view), Notice(visit.ui.notice(name)) if view.repeated else None)


async def leave(_: CallbackQuery, callback_data: Fight, visit: Visit) -> None:
    context = GiveUpFight(visit.char_id, callback_data.fight)
    left = await visit.router.ask(context)
    notice = Notice(visit.ui.notice("fight_left" if left else "outdated"))
    await visit.show(await visit.home(), notice)


async def busy(_: CallbackQuery | Message, visit: Visit) -> None:
    view = await visit.fight()
    if view is None:
        await visit.show(await visit.lobby(), Notice(visit.ui.notice("no_fight")))
    else:
        await visit.show(visit.screens.fight(view), Notice(visit.ui.notice("fighting"), alert=True))


async def _follow(state: FSMContext, visit: Visit, view: FightView) -> None:
    """The player's state is where the fight is: after the last blow they are in the lobby."""
    wanted = Lobby.idle if view.fight.is_over else Training.fighting
    if visit.state != wanted.state:
        await state.set_state(wanted)


def setup() -> Router:
    router = Router(name="training")
    router.callback_query.register(start, Fight.filter(F.do == Train.START))
    router.callback_query.register(move, Fight.filter(F.do.in_({Train.MOVE, Train.FINISH})))
    router.callback_query.register(leave, Fight.filter(F.do == Train.LEAVE))
    screens = Open.filter(
        F.screen.not_in({ScreenName.LOBBY, ScreenName.LANGUAGE, ScreenName.LOGOUT, ScreenName.ERASE})
    )
    others = (
        Act.filter(),
        Mark.filter(),
        Choose.filter(),
        Close.filter(~F.leave),
        Shop.filter(),
        AtTable.filter(),
    )
    inventory = or_f(screens, *others)
    # A state that is no filter by itself is asked in a thread.
    fighting = StateFilter(Training.fighting)
    router.callback_query.register(busy, fighting, inventory)
    router.message.register(busy, fighting, or_f(Command("inventory", "trade"), INVITED))
    return router
