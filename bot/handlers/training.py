"""A fight against the dummy. While it goes on, nothing of the inventory answers but the quick slots."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from apps.game_core.modules.training.contracts import (
    FightView,
    ForgetFight,
    LookAtFight,
    MakeMove,
    StartFight,
)
from apps.game_core.system.core_router import CoreRouter
from bot.callbacks.buttons import Act, Choose, Close, Fight, Mark, Open, Screen, Train
from bot.states import Lobby, Training
from bot.views.screen import Notice
from bot.visit import Visit


async def start(_: CallbackQuery, state: FSMContext, visit: Visit, core_router: CoreRouter) -> None:
    view = await core_router.route("training", "start", StartFight(visit.char_id))
    await state.set_state(Training.fighting)
    await visit.show(visit.screens.fight(view))


async def move(
    _: CallbackQuery,
    callback_data: Fight,
    state: FSMContext,
    raw_state: str | None,
    visit: Visit,
    core_router: CoreRouter,
) -> None:
    context = MakeMove(visit.char_id, callback_data.fight, callback_data.turn, callback_data.move)
    view = await core_router.route("training", "move", context)
    await _follow(state, raw_state, view)
    notice = Notice(visit.ui.notice("repeated")) if view.repeated else None
    await visit.show(visit.screens.fight(view), notice)


async def leave(_: CallbackQuery, state: FSMContext, visit: Visit, core_router: CoreRouter) -> None:
    await core_router.route("training", "forget", ForgetFight(visit.char_id))
    await state.set_state(Lobby.idle)
    await visit.show(visit.screens.lobby(visit.player.character), Notice(visit.ui.notice("fight_left")))


async def busy(_: CallbackQuery | Message, visit: Visit, core_router: CoreRouter) -> None:
    view = await core_router.route("training", "look", LookAtFight(visit.char_id))
    await visit.show(visit.screens.fight(view), Notice(visit.ui.notice("fighting"), alert=True))


async def _follow(state: FSMContext, raw_state: str | None, view: FightView) -> None:
    """The player's state is where the fight is: after the last blow they are in the lobby."""
    wanted = Lobby.idle if view.fight.is_over else Training.fighting
    if raw_state != wanted.state:
        await state.set_state(wanted)


def setup() -> Router:
    router = Router(name="training")
    router.callback_query.register(start, Fight.filter(F.do == Train.START))
    router.callback_query.register(move, Fight.filter(F.do == Train.MOVE))
    router.callback_query.register(leave, Fight.filter(F.do == Train.LEAVE))
    screens = Open.filter(F.screen.not_in({Screen.LOBBY, Screen.LANGUAGE, Screen.LOGOUT, Screen.ERASE}))
    for inventory in (screens, Act.filter(), Mark.filter(), Choose.filter(), Close.filter(~F.leave)):
        router.callback_query.register(busy, Training.fighting, inventory)
    router.message.register(busy, Training.fighting, Command("inventory"))
    return router
