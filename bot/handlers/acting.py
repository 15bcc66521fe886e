"""Changing the inventory: what each button asks for, and the screen that follows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.game_core.modules.inventory.contracts import (
    ClearJunk,
    DropItem,
    EquipItem,
    ForgetLoadout,
    InventoryReader,
    JunkBy,
    LockItem,
    MarkJunk,
    MergeStacks,
    MoveFromQuickSlot,
    MoveToQuickSlot,
    Outcome,
    PutBack,
    SortOut,
    Source,
    SplitStack,
    TakeBackDrop,
    UnequipItem,
    UseConsumable,
    WearBest,
    Wish,
)
from bot.callbacks.buttons import UNDOING, Act, Do
from bot.players.visit import Visit
from bot.views.notices import moved, success
from bot.views.screen import Notice, Screen
from bot.views.screens import Screens
from bot.views.ui import Ui

Following: TypeAlias = Callable[[Screens, InventoryReader, Act], Screen]


@dataclass(frozen=True, slots=True)
class Meaning:
    """Of a button: what it asks for, what is shown then, and what is said."""

    wish: Callable[[Act], Wish[Any]]
    following: Following
    notice: Callable[[Ui, Outcome[Any]], Notice] = success


async def act(_: CallbackQuery, callback_data: Act, visit: Visit) -> None:
    meaning = MEANINGS[callback_data.do]
    outcome = await visit.perform(meaning.wish(callback_data), callback_data.op_id)
    following = meaning.following(visit.screens, outcome.inventory, callback_data)
    await visit.show(following, meaning.notice(visit.ui, outcome))


def _main(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.main(inventory, done.undoing())


def _chosen_slot(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    """The slot that was chosen first: the next one is a tap away."""
    return screens.undoable(screens.slot(inventory, done.arg), done.undoing())


def _quick_slots(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.undoable(screens.quick_slots(inventory), done.undoing())


def _backpack(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.backpack(inventory, done.page, done.undoing())


def _page(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.backpack(inventory, done.page)


def _card(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.item_or_backpack(inventory, done.item, done.page)


def _card_with_undo(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.item_or_backpack(inventory, done.item, done.page, done.undoing())


def _grown_stack(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.item_or_backpack(inventory, done.arg, done.page, done.undoing())


def _junk(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.undoable(screens.junk(inventory), done.undoing())


def _loadouts(screens: Screens, inventory: InventoryReader, _: Act) -> Screen:
    return screens.loadouts(inventory)


def _as_before(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.undone(inventory, done)


_PUT_BACK = Meaning(lambda act: PutBack(of=act.undone), _as_before)
_TAKE_BACK_DROP = Meaning(lambda act: TakeBackDrop(of=act.undone), _page)
MEANINGS: Mapping[Do, Meaning] = {
    **dict.fromkeys(UNDOING.values(), _PUT_BACK),
    Do.UNDO: _TAKE_BACK_DROP,
    Do.UNDO_MARKED: _TAKE_BACK_DROP,
    Do.UNDO_CLEAR_JUNK: Meaning(lambda act: TakeBackDrop(of=act.undone), _as_before),
    Do.EQUIP: Meaning(lambda act: EquipItem(item_id=act.item, slot=act.slot), _main),
    Do.EQUIP_CHOSEN: Meaning(lambda act: EquipItem(item_id=act.item, slot=act.slot), _chosen_slot),
    Do.WEAR_BEST: Meaning(lambda act: WearBest(shown=act.item), _main),
    Do.UNEQUIP: Meaning(lambda act: UnequipItem(slot=act.this_slot), _main),
    Do.USE: Meaning(lambda act: UseConsumable(item_id=act.item), _card_with_undo),
    Do.USE_QUICK: Meaning(
        lambda act: UseConsumable(item_id=act.item, source=Source.QUICK_SLOT, slot_index=act.arg), _main
    ),
    Do.TO_QUICK: Meaning(
        lambda act: MoveToQuickSlot(item_id=act.item, slot_index=act.arg),
        _main,
        partial(moved, into_quick_slot=True),
    ),
    Do.FROM_QUICK: Meaning(
        lambda act: MoveFromQuickSlot(slot_index=act.arg),
        _quick_slots,
        partial(moved, into_quick_slot=False),
    ),
    Do.DROP: Meaning(lambda act: DropItem(item_id=act.item, quantity=act.arg), _backpack),
    Do.SPLIT: Meaning(lambda act: SplitStack(item_id=act.item, quantity=act.arg), _backpack),
    Do.MERGE: Meaning(lambda act: MergeStacks(item_id=act.item, into_id=act.arg), _grown_stack),
    Do.LOCK: Meaning(lambda act: LockItem(item_id=act.item), _card),
    Do.UNLOCK: Meaning(lambda act: LockItem(item_id=act.item, locked=False), _card),
    Do.JUNK: Meaning(lambda act: MarkJunk(item_ids=(act.item,)), _card),
    Do.UNJUNK: Meaning(lambda act: MarkJunk(item_ids=(act.item,), marked=False), _card),
    Do.MARK_WORSE: Meaning(lambda _: SortOut(by=JunkBy.WORSE), _junk),
    Do.MARK_SPARE: Meaning(lambda _: SortOut(by=JunkBy.SPARE), _junk),
    Do.CLEAR_JUNK: Meaning(lambda act: ClearJunk(shown=act.item), _main),
    Do.FORGET_LOADOUT: Meaning(lambda act: ForgetLoadout(loadout_id=act.item), _loadouts),
}
"""All but what needs a look or a word beside the tap: `marking`, `choosing`, `loadouts`."""


def setup() -> Router:
    router = Router(name="acting")
    router.callback_query.register(act, Act.filter(F.do.in_(MEANINGS)))
    return router
