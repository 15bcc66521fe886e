"""What each button that changes the inventory asks for, what is said then, and which screen follows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.game_core.modules.inventory.contracts import (
    ClearJunk,
    DropItem,
    DropMany,
    EquipItem,
    ForgetLoadout,
    InventoryReader,
    ItemView,
    JunkBy,
    LockItem,
    MarkJunk,
    MendItem,
    MergeStacks,
    MoveFromQuickSlot,
    MoveToQuickSlot,
    Outcome,
    PutBack,
    SortBackpack,
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
from bot.players.choices import BackpackChoice, fingerprint
from bot.views import following as after
from bot.views.following import Following
from bot.views.notices import Toast, ToastOfDrop, junk_marked, locked
from bot.views.screen import Notice, Screen
from bot.views.screens import Screens
from bot.views.ui import Ui


@dataclass(frozen=True, slots=True)
class OnScreen:
    """Asks for what the button and the screen say together."""

    wish: Callable[[Act, Screens, InventoryReader], Wish[Any]]


@dataclass(frozen=True, slots=True)
class Meaning:
    """Of a button: what it asks for, what is shown then, and what is said.

    `choice`: what is chosen of the backpack once it is done; None: what was chosen before.
    """

    wish: Callable[[Act], Wish[Any]] | OnScreen
    following: Following
    notice: Callable[[Ui, Outcome[Any]], Notice]
    choice: Callable[[BackpackChoice], BackpackChoice] | None = None


def _marked(act: Act, screens: Screens, inventory: InventoryReader) -> DropMany:
    """Only what was asked about. With no ids at all the core knows a repeated tap from a wrong one."""
    marked = screens.marked(inventory)
    return DropMany(item_ids=_ids(marked) if fingerprint(marked) == act.shown else ())


def _as_shown(_: Act, screens: Screens, inventory: InventoryReader) -> SortBackpack:
    return SortBackpack(order=_ids(screens.found(inventory)))


def _ids(items: Iterable[ItemView]) -> tuple[int, ...]:
    return tuple(item.id for item in items)


_MARKED = Following(after.card)
_SORTED_OUT = Following(after.undoable(after.junk), refused=after.junk, undone=after.junk)
_DONE: Mapping[Do, Meaning] = {
    Do.EQUIP: Meaning(
        lambda act: EquipItem(item_id=act.item, slot=act.slot),
        Following(after.main_with_undo),
        Toast("equipped"),
    ),
    Do.EQUIP_CHOSEN: Meaning(
        lambda act: EquipItem(item_id=act.item, slot=act.slot),
        Following(after.undoable(after.slot), refused=after.slot, undone=after.slot),
        Toast("equipped"),
    ),
    Do.WEAR_BEST: Meaning(
        lambda act: WearBest(shown=act.shown),
        Following(after.main_with_undo, refused=after.best_set),
        Toast("set_worn"),
    ),
    Do.UNEQUIP: Meaning(
        lambda act: UnequipItem(slot=act.this_slot),
        Following(after.main_with_undo, refused=after.main),
        Toast("unequipped"),
    ),
    Do.USE: Meaning(
        lambda act: UseConsumable(item_id=act.item),
        Following(after.card_with_undo, undone=after.card),
        Toast("used"),
    ),
    Do.USE_QUICK: Meaning(
        lambda act: UseConsumable(item_id=act.item, source=Source.QUICK_SLOT, slot_index=act.quick_slot),
        Following(after.main_with_undo, refused=after.main),
        Toast("used"),
    ),
    Do.TO_QUICK: Meaning(
        lambda act: MoveToQuickSlot(item_id=act.item, slot_index=act.quick_slot),
        Following(after.main_with_undo),
        Toast("quick_set"),
    ),
    Do.FROM_QUICK: Meaning(
        lambda act: MoveFromQuickSlot(slot_index=act.quick_slot),
        Following(after.undoable(after.quick_slots), refused=after.main, undone=after.quick_slots),
        Toast("quick_taken"),
    ),
    Do.DROP: Meaning(
        lambda act: DropItem(item_id=act.item, quantity=act.quantity),
        Following(after.page_with_undo, undone=after.page, not_undone=after.card),
        ToastOfDrop("dropped"),
    ),
    Do.DROP_MARKED: Meaning(
        OnScreen(_marked),
        Following(after.page_with_undo, refused=after.marking, undone=after.page, not_undone=after.card),
        ToastOfDrop("dropped_many"),
        lambda choice: choice.with_marks(frozenset()),
    ),
    Do.SPLIT: Meaning(
        lambda act: SplitStack(item_id=act.item, quantity=act.quantity),
        Following(after.page_with_undo, undone=after.card),
        Toast("divided"),
    ),
    Do.MERGE: Meaning(
        lambda act: MergeStacks(item_id=act.item, into_id=act.into),
        Following(after.grown_stack_with_undo, undone=after.card),
        Toast("merged"),
    ),
    Do.SORT: Meaning(
        OnScreen(_as_shown),
        Following(after.page_with_undo, undone=after.page),
        Toast("sorted"),
        BackpackChoice.without_order,
    ),
    Do.LOCK: Meaning(lambda act: LockItem(item_id=act.item), _MARKED, locked),
    Do.UNLOCK: Meaning(lambda act: LockItem(item_id=act.item, locked=False), _MARKED, locked),
    Do.JUNK: Meaning(lambda act: MarkJunk(item_ids=(act.item,)), _MARKED, junk_marked),
    Do.UNJUNK: Meaning(lambda act: MarkJunk(item_ids=(act.item,), marked=False), _MARKED, junk_marked),
    Do.MARK_WORSE: Meaning(lambda _: SortOut(by=JunkBy.WORSE), _SORTED_OUT, junk_marked),
    Do.MARK_SPARE: Meaning(lambda _: SortOut(by=JunkBy.SPARE), _SORTED_OUT, junk_marked),
    Do.CLEAR_JUNK: Meaning(
        lambda act: ClearJunk(shown=act.shown),
        Following(after.main_with_undo, refused=after.junk, undone=after.junk),
        ToastOfDrop("dropped_many"),
    ),
    Do.MEND: Meaning(
        lambda act: MendItem(item_id=act.item),
        Following(after.undoable(after.bench), refused=after.bench, undone=after.bench),
        Toast("mended"),
    ),
    Do.FORGET_LOADOUT: Meaning(
        lambda act: ForgetLoadout(loadout_id=act.loadout),
        Following(after.loadouts, refused=after.loadouts),
        Toast("loadout_forgotten"),
    ),
}
# What needs a word beside the tap is wished for by `handlers/loadouts.py`.
_FOLLOWING: Mapping[Do, Following] = {
    **{do: meaning.following for do, meaning in _DONE.items()},
    Do.WEAR_LOADOUT: Following(after.main_with_undo, refused=after.main),
    Do.SAVE_LOADOUT: Following(after.loadouts, refused=after.loadouts),
}


def _undo(do: Do) -> Meaning:
    following = _FOLLOWING[do].of_undo()
    if do in _DONE and isinstance(_DONE[do].notice, ToastOfDrop):
        return Meaning(lambda act: TakeBackDrop(of=act.undone), following, Toast("taken_back"))
    return Meaning(lambda act: PutBack(of=act.undone), following, Toast("reverted"))


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
