"""What each button that changes the inventory asks for, what is said then, and which screen follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from apps.game_core.modules.inventory.contracts import (
    ClearJunk,
    DropItem,
    EquipItem,
    ForgetLoadout,
    InventoryReader,
    JunkBy,
    LockItem,
    MarkJunk,
    MendItem,
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
from bot.callbacks.buttons import UNDOING, Act, Do, Open, ScreenName
from bot.views import following as after
from bot.views.following import Following
from bot.views.notices import moved, success
from bot.views.screen import Notice, Screen
from bot.views.screens import Screens
from bot.views.ui import Ui


@dataclass(frozen=True, slots=True)
class Meaning:
    """Of a button: what it asks for, what is shown then, and what is said."""

    wish: Callable[[Act], Wish[Any]]
    following: Following
    notice: Callable[[Ui, Outcome[Any]], Notice] = success


_MARKED = Following(after.card)
_SORTED_OUT = Following(after.undoable(after.junk), refused=after.junk, undone=after.junk)
_DONE: Mapping[Do, Meaning] = {
    Do.EQUIP: Meaning(
        lambda act: EquipItem(item_id=act.item, slot=act.slot), Following(after.main_with_undo)
    ),
    Do.EQUIP_CHOSEN: Meaning(
        lambda act: EquipItem(item_id=act.item, slot=act.slot),
        Following(after.undoable(after.slot), refused=after.slot, undone=after.slot),
    ),
    Do.WEAR_BEST: Meaning(
        lambda act: WearBest(shown=act.shown), Following(after.main_with_undo, refused=after.best_set)
    ),
    Do.UNEQUIP: Meaning(
        lambda act: UnequipItem(slot=act.this_slot), Following(after.main_with_undo, refused=after.main)
    ),
    Do.USE: Meaning(
        lambda act: UseConsumable(item_id=act.item), Following(after.card_with_undo, undone=after.card)
    ),
    Do.USE_QUICK: Meaning(
        lambda act: UseConsumable(item_id=act.item, source=Source.QUICK_SLOT, slot_index=act.quick_slot),
        Following(after.main_with_undo, refused=after.main),
    ),
    Do.TO_QUICK: Meaning(
        lambda act: MoveToQuickSlot(item_id=act.item, slot_index=act.quick_slot),
        Following(after.main_with_undo),
        partial(moved, into_quick_slot=True),
    ),
    Do.FROM_QUICK: Meaning(
        lambda act: MoveFromQuickSlot(slot_index=act.quick_slot),
        Following(after.undoable(after.quick_slots), refused=after.main, undone=after.quick_slots),
        partial(moved, into_quick_slot=False),
    ),
    Do.DROP: Meaning(
        lambda act: DropItem(item_id=act.item, quantity=act.quantity),
        Following(after.page_with_undo, undone=after.page, not_undone=after.card),
    ),
    Do.SPLIT: Meaning(
        lambda act: SplitStack(item_id=act.item, quantity=act.quantity),
        Following(after.page_with_undo, undone=after.card),
    ),
    Do.MERGE: Meaning(
        lambda act: MergeStacks(item_id=act.item, into_id=act.into),
        Following(after.grown_stack_with_undo, undone=after.card),
    ),
    Do.LOCK: Meaning(lambda act: LockItem(item_id=act.item), _MARKED),
    Do.UNLOCK: Meaning(lambda act: LockItem(item_id=act.item, locked=False), _MARKED),
    Do.JUNK: Meaning(lambda act: MarkJunk(item_ids=(act.item,)), _MARKED),
    Do.UNJUNK: Meaning(lambda act: MarkJunk(item_ids=(act.item,), marked=False), _MARKED),
    Do.MARK_WORSE: Meaning(lambda _: SortOut(by=JunkBy.WORSE), _SORTED_OUT),
    Do.MARK_SPARE: Meaning(lambda _: SortOut(by=JunkBy.SPARE), _SORTED_OUT),
    Do.CLEAR_JUNK: Meaning(
        lambda act: ClearJunk(shown=act.shown),
        Following(after.main_with_undo, refused=after.junk, undone=after.junk),
    ),
    Do.MEND: Meaning(
        lambda act: MendItem(item_id=act.item),
        Following(after.undoable(after.bench), refused=after.bench, undone=after.bench),
    ),
    Do.FORGET_LOADOUT: Meaning(
        lambda act: ForgetLoadout(loadout_id=act.loadout), Following(after.loadouts, refused=after.loadouts)
    ),
}
# What needs a look or a word beside the tap is wished for by `marking`, `choosing` and `loadouts`.
_FOLLOWING: Mapping[Do, Following] = {
    **{do: meaning.following for do, meaning in _DONE.items()},
    Do.DROP_MARKED: Following(
        after.page_with_undo, refused=after.marking, undone=after.page, not_undone=after.card
    ),
    Do.SORT: Following(after.page_with_undo, undone=after.page),
    Do.WEAR_LOADOUT: Following(after.main_with_undo, refused=after.main),
    Do.SAVE_LOADOUT: Following(after.loadouts, refused=after.loadouts),
}
_TAKES_BACK_A_DROP = {Do.DROP, Do.DROP_MARKED, Do.CLEAR_JUNK}


def _undo(do: Do) -> Meaning:
    kind = TakeBackDrop if do in _TAKES_BACK_A_DROP else PutBack
    return Meaning(lambda act: kind(of=act.undone), _FOLLOWING[do].of_undo())


MEANINGS: Mapping[Do, Meaning] = {**_DONE, **{undo: _undo(do) for do, undo in UNDOING.items()}}
FOLLOWING: Mapping[Do, Following] = {**_FOLLOWING, **{do: each.following for do, each in MEANINGS.items()}}


def refused(screens: Screens, inventory: InventoryReader, tapped: object) -> Screen:
    """How things stand, as near as possible to where the player tapped."""
    match tapped:
        case Act():
            follow = FOLLOWING[tapped.do].refused if tapped.do in FOLLOWING else after.card
            return follow(screens, inventory, tapped)
        case Open(screen=ScreenName.LOADOUT | ScreenName.FORGET_LOADOUT):
            return screens.loadouts(inventory)
        case Open(screen=ScreenName.ITEM, item=item, page=page):
            return screens.item_or_backpack(inventory, item, page)
        case _:
            return screens.main(inventory)
