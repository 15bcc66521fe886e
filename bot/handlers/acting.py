"""Changing the inventory: each handler asks for one operation and shows the screen that follows it."""

from collections.abc import Awaitable, Callable, Mapping

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.game_core.modules.inventory.contracts import Source
from bot.callbacks.buttons import UNDOING, Act, Do
from bot.players.visit import Visit
from bot.views.notices import moved, success
from bot.views.screen import Screen


async def equip(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    outcome = await visit.gateway.equip_item(
        visit.char_id, callback_data.item, callback_data.slot, op_id=callback_data.op_id
    )
    following = visit.screens.main(outcome.inventory, callback_data.undoing())
    await visit.show(following, success(visit.ui, outcome))


async def equip_chosen(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    """Into the slot that was chosen first, which is shown again: the next one is a tap away."""
    outcome = await visit.gateway.equip_item(
        visit.char_id, callback_data.item, callback_data.slot, op_id=callback_data.op_id
    )
    following = visit.screens.slot(outcome.inventory, callback_data.arg)
    await visit.show(_undoable(following, visit, callback_data), success(visit.ui, outcome))


async def wear_best(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    outcome = await visit.gateway.wear_best(visit.char_id, callback_data.item, op_id=callback_data.op_id)
    following = visit.screens.main(outcome.inventory, callback_data.undoing())
    await visit.show(following, success(visit.ui, outcome))


async def unequip(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    outcome = await visit.gateway.unequip_item(
        visit.char_id, callback_data.slot or "", op_id=callback_data.op_id
    )
    following = visit.screens.main(outcome.inventory, callback_data.undoing())
    await visit.show(following, success(visit.ui, outcome))


async def use(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    outcome = await visit.gateway.use_consumable(visit.char_id, callback_data.item, op_id=callback_data.op_id)
    following = visit.screens.item_or_backpack(
        outcome.inventory, callback_data.item, callback_data.page, callback_data.undoing()
    )
    await visit.show(following, success(visit.ui, outcome))


async def use_quick(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    outcome = await visit.gateway.use_consumable(
        visit.char_id, callback_data.item, Source.QUICK_SLOT, callback_data.arg, op_id=callback_data.op_id
    )
    following = visit.screens.main(outcome.inventory, callback_data.undoing())
    await visit.show(following, success(visit.ui, outcome))


async def to_quick(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    outcome = await visit.gateway.move_to_quick_slot(
        visit.char_id, callback_data.item, callback_data.arg, op_id=callback_data.op_id
    )
    notice = moved(visit.ui, outcome, into_quick_slot=True)
    await visit.show(visit.screens.main(outcome.inventory, callback_data.undoing()), notice)


async def from_quick(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    outcome = await visit.gateway.move_from_quick_slot(
        visit.char_id, callback_data.arg, op_id=callback_data.op_id
    )
    notice = moved(visit.ui, outcome, into_quick_slot=False)
    following = visit.screens.quick_slots(outcome.inventory)
    await visit.show(_undoable(following, visit, callback_data), notice)


async def drop(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    outcome = await visit.gateway.drop_item(
        visit.char_id, callback_data.item, callback_data.arg, op_id=callback_data.op_id
    )
    following = visit.screens.backpack(outcome.inventory, callback_data.page, callback_data.undoing())
    await visit.show(following, success(visit.ui, outcome))


async def undo(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    outcome = await visit.gateway.undo(visit.char_id, callback_data.undone)
    following = visit.screens.backpack(outcome.inventory, callback_data.page)
    await visit.show(following, success(visit.ui, outcome))


async def revert(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    outcome = await visit.gateway.revert(visit.char_id, callback_data.undone)
    following = visit.screens.undone(outcome.inventory, callback_data)
    await visit.show(following, success(visit.ui, outcome))


def _undoable(following: Screen, visit: Visit, done: Act) -> Screen:
    return visit.screens.undoable(following, done.undoing())


async def split(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    outcome = await visit.gateway.split_stack(
        visit.char_id, callback_data.item, callback_data.arg, op_id=callback_data.op_id
    )
    following = visit.screens.backpack(outcome.inventory, callback_data.page, callback_data.undoing())
    await visit.show(following, success(visit.ui, outcome))


async def merge(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    outcome = await visit.gateway.merge_stacks(
        visit.char_id, callback_data.item, callback_data.arg, op_id=callback_data.op_id
    )
    following = visit.screens.item_or_backpack(
        outcome.inventory, callback_data.arg, callback_data.page, callback_data.undoing()
    )
    await visit.show(following, success(visit.ui, outcome))


async def lock(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    change = visit.gateway.lock_item if callback_data.do is Do.LOCK else visit.gateway.unlock_item
    outcome = await change(visit.char_id, callback_data.item, op_id=callback_data.op_id)
    following = visit.screens.item_or_backpack(outcome.inventory, callback_data.item, callback_data.page)
    await visit.show(following, success(visit.ui, outcome))


_HANDLERS: Mapping[Do, Callable[[CallbackQuery, Act, Visit], Awaitable[None]]] = {
    **dict.fromkeys(UNDOING.values(), revert),
    Do.EQUIP: equip,
    Do.EQUIP_CHOSEN: equip_chosen,
    Do.WEAR_BEST: wear_best,
    Do.UNEQUIP: unequip,
    Do.USE: use,
    Do.USE_QUICK: use_quick,
    Do.TO_QUICK: to_quick,
    Do.FROM_QUICK: from_quick,
    Do.DROP: drop,
    Do.UNDO: undo,
    Do.UNDO_MARKED: undo,
    Do.SPLIT: split,
    Do.MERGE: merge,
    Do.LOCK: lock,
    Do.UNLOCK: lock,
}


async def act(query: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    await _HANDLERS[callback_data.do](query, callback_data, visit)


def setup() -> Router:
    router = Router(name="acting")
    # One filter: each of them would read the button's data anew, tap by tap.
    router.callback_query.register(act, Act.filter(F.do.in_(_HANDLERS)))
    return router
