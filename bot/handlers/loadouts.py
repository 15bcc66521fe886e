"""Worn things under a name: wearing them again, saving them, and what to call them."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from apps.game_core.modules.inventory.contracts import SaveLoadout, WearLoadout
from apps.game_core.system.written_words import can_be_seen, kept, shortened
from bot.callbacks.buttons import Act, Do, Open, ScreenName
from bot.callbacks.makers import Acts
from bot.handlers.choosing import AnswersMe
from bot.handlers.where import Where
from bot.players.states import Inventory
from bot.players.visit import Visit
from bot.views.meanings import FOLLOWING
from bot.views.notices import Toast, loadout_worn
from bot.views.screen import Notice

MAX_NAME = 64


async def wear(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    loadout_id = callback_data.loadout
    outcome = await visit.perform(WearLoadout(loadout_id=loadout_id), callback_data.op_id)
    following = FOLLOWING[Do.WEAR_LOADOUT].done(visit.screens, outcome.inventory, callback_data)
    await visit.show(following, loadout_worn(visit.ui, outcome, loadout_id))


async def save(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    """Under the name of the loadout that the button names, else under one that the game proposes."""
    if callback_data.loadout:
        name = (await visit.gateway.open(visit.char_id)).loadout(callback_data.loadout).name
    else:
        name = visit.ui.label("loadout_name", callback_data.proposed)
    await _save(visit, name, callback_data.op_id)


async def ask(query: CallbackQuery, state: FSMContext, visit: Visit) -> None:
    """As with searches, a bot among others asks for an answer to its own question."""
    inventory = await visit.gateway.open(visit.char_id)
    await state.set_state(Inventory.naming)
    among_others = query.message is not None and query.message.chat.type != ChatType.PRIVATE
    await visit.show(visit.screens.name_loadout(inventory, among_others=among_others))
    if among_others:
        await visit.ask("name_prompt", visit.ui.label("name_placeholder"))


async def name(message: Message, state: FSMContext, visit: Visit, question: Message | None = None) -> None:
    words = shortened(kept(" ".join((message.text or "").split())), MAX_NAME).strip()
    if not can_be_seen(words):
        inventory = await visit.gateway.open(visit.char_id)
        screen = visit.screens.name_loadout(inventory, among_others=False)
        await visit.show(screen, Notice(visit.ui.notice("unseen_name")))
        return
    if question is not None:
        visit.menu.take_back(question)
    await state.set_state(Inventory.browsing)
    await _save(visit, words, f"named:{message.chat.id}:{message.message_id}")


async def _save(visit: Visit, name: str, op_id: str) -> None:
    outcome = await visit.perform(SaveLoadout(name=name), op_id)
    # A name that was written stands for the button that proposes one.
    tapped = Acts(visit.screens.owner, outcome.inventory.stamp).new_loadout(Do.SAVE_LOADOUT, 0)
    following = FOLLOWING[Do.SAVE_LOADOUT].done(visit.screens, outcome.inventory, tapped)
    await visit.show(following, Toast("loadout_saved")(visit.ui, outcome))


def setup() -> Router:
    router = Router(name="loadouts")
    router.callback_query.register(wear, Act.filter(F.do == Do.WEAR_LOADOUT))
    router.callback_query.register(save, Act.filter(F.do == Do.SAVE_LOADOUT))
    router.callback_query.register(ask, Open.filter(F.screen == ScreenName.NAME_LOADOUT))
    naming, words = StateFilter(Inventory.naming), Where(F.text & ~F.text.startswith("/"))
    router.message.register(name, naming, words, Where(F.chat.type == ChatType.PRIVATE))
    router.message.register(name, naming, words, AnswersMe())
    return router
