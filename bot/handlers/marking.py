"""Marking several items of the backpack and dropping them together."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.game_core.modules.inventory.contracts import DropMany, ItemView
from bot.callbacks.buttons import Act, Do, Mark, Marking
from bot.players.choices import fingerprint
from bot.players.visit import Visit
from bot.views.meanings import FOLLOWING
from bot.views.notices import success


async def mark(_: CallbackQuery, callback_data: Mark, visit: Visit) -> None:
    inventory = await visit.gateway.open(visit.char_id)
    pieces = {callback_data.item, *inventory.alike(callback_data.item)}
    marks = _marks(callback_data, pieces, visit.choice.marked, visit.screens.found(inventory))
    # Ids in buttons may be anybody's invention, and would be kept.
    there = {item.id for item in inventory.view().backpack if item.droppable}
    screens = await visit.choose(visit.choice.with_marks(marks & there))
    await visit.show(screens.marking(inventory, callback_data.page))


async def drop_marked(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    marked = visit.screens.marked(await visit.gateway.open(visit.char_id))
    # Only what was asked about is dropped. With no ids at all the core knows a repeated tap from a wrong one.
    ids = tuple(item.id for item in marked) if fingerprint(marked) == callback_data.shown else ()
    outcome = await visit.perform(DropMany(item_ids=ids), callback_data.op_id)
    screens = await visit.choose(visit.choice.with_marks(frozenset()))
    following = FOLLOWING[Do.DROP_MARKED].done(screens, outcome.inventory, callback_data)
    await visit.show(following, success(visit.ui, outcome))


def _marks(
    wish: Mark, pieces: set[int], marked: frozenset[int], found: tuple[ItemView, ...]
) -> frozenset[int]:
    """`pieces` are those of the row that was tapped."""
    match wish.how:
        case Marking.ADD:
            return marked | pieces
        case Marking.REMOVE:
            return marked - pieces
        case Marking.ALL:
            return marked | {item.id for item in found if item.droppable}
        case Marking.NONE:
            return frozenset()


def setup() -> Router:
    router = Router(name="marking")
    router.callback_query.register(mark, Mark.filter())
    router.callback_query.register(drop_marked, Act.filter(F.do == Do.DROP_MARKED))
    return router
