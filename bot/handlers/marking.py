"""Marking several items of the backpack, to be dropped together."""

from aiogram import Router
from aiogram.types import CallbackQuery

from apps.game_core.modules.inventory.contracts import ItemView
from bot.callbacks.buttons import Mark, Marking
from bot.players.visit import Visit


async def mark(_: CallbackQuery, callback_data: Mark, visit: Visit) -> None:
    inventory = await visit.gateway.open(visit.char_id)
    pieces = {callback_data.item, *inventory.alike(callback_data.item)}
    marks = _marks(callback_data, pieces, visit.choice.marked, visit.screens.found(inventory))
    # Ids in buttons may be anybody's invention, and would be kept.
    there = {item.id for item in inventory.view().backpack if item.droppable}
    screens = await visit.choose(visit.choice.with_marks(marks & there))
    await visit.show(screens.marking(inventory, callback_data.page))


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
    return router
