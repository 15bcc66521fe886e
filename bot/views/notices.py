"""What a tap did, in a few words."""

from apps.game_core.modules.inventory.contracts import (
    AddItemResult,
    ChangeHealthResult,
    DropManyResult,
    DropResult,
    EquipResult,
    ForgetLoadoutResult,
    InventoryReader,
    Item,
    LockResult,
    MarkJunkResult,
    MergeResult,
    Outcome,
    PieceState,
    QuickSlotResult,
    RestoreResult,
    Result,
    RevertResult,
    SaveLoadoutResult,
    SortResult,
    SplitResult,
    TakeNoteResult,
    UndoResult,
    UnequipResult,
    UseConsumableResult,
    WearSetResult,
)
from bot.views.screen import Notice, shorten
from bot.views.ui import Ui

_MOST_OF_A_NAME = 30


def success(ui: Ui, outcome: Outcome[Result]) -> Notice:
    """A toast for what an operation answered; for a repeated one, that it is done already."""
    if outcome.repeated:
        return Notice(ui.notice("repeated"))
    return Notice(_text(ui, outcome) + _torn_loadouts(ui, outcome))


def _text(ui: Ui, outcome: Outcome[Result]) -> str:  # noqa: C901, PLR0911, PLR0912 - a table
    def name(item: Item) -> str:
        return ui.translator.item_name(outcome.inventory.source_name(item.base_id))

    match outcome.result:
        case EquipResult(item=Item() as item):
            return ui.notice("equipped", name=name(item))
        case WearSetResult(worn=worn):
            figures = outcome.inventory.view().figures
            return ui.notice("set_worn", count=len(worn), figures=figures)
        case UnequipResult(item=item):
            return ui.notice("unequipped", name=name(item))
        case UseConsumableResult() as used:
            max_hp = outcome.inventory.view().stats.max_hp
            health = {"healed": used.healed, "hp": used.hp, "max_hp": max_hp}
            return ui.notice("used", name=name(used.item), left=used.remaining_quantity, **health)
        case DropResult(item=item, quantity=quantity):
            return ui.notice("dropped", name=name(item), quantity=quantity)
        case DropManyResult(dropped=several):
            return ui.notice("dropped_many", count=len(several))
        case UndoResult(dropped=[DropResult(item=item, quantity=quantity)]):
            return ui.notice("taken_back", name=name(item), quantity=quantity)
        case UndoResult(dropped=several):
            return ui.notice("taken_back_many", count=len(several))
        case RevertResult():
            return ui.notice("reverted")
        case SplitResult(new_item=item):
            return ui.notice("divided", quantity=item.quantity)
        case MergeResult(item=item):
            return ui.notice("merged", name=name(item), quantity=item.quantity)
        case SortResult():
            return ui.notice("sorted")
        case LockResult(item=item):
            return ui.notice("locked" if item.locked else "unlocked", name=name(item))
        case MarkJunkResult(changed=ids):
            return _marked(ui, outcome.inventory, ids)
        case SaveLoadoutResult(loadout=loadout):
            return ui.notice("loadout_saved", name=loadout.name)
        case ForgetLoadoutResult(loadout=loadout):
            return ui.notice("loadout_forgotten", name=loadout.name)
        case QuickSlotResult() | TakeNoteResult() as other:
            raise TypeError(type(other))  # told otherwise
        case AddItemResult() | ChangeHealthResult() | RestoreResult() as other:
            raise TypeError(type(other))  # no tap asks for these
        case other:
            raise TypeError(type(other))


def _torn_loadouts(ui: Ui, outcome: Outcome[Result]) -> str:
    """Which loadouts what was dropped belonged to."""
    match outcome.result:
        case DropResult() as drop:
            drops: tuple[DropResult, ...] = (drop,)
        case DropManyResult(dropped=drops):
            pass
        case _:
            return ""
    gone = {drop.item.id for drop in drops if not drop.remaining_quantity}
    torn = [each.name for each in outcome.inventory.view().loadouts if each.item_ids & gone]
    return f"\n{ui.notice('loadouts_torn', names=torn)}" if torn else ""


def loadout_worn(ui: Ui, outcome: Outcome[WearSetResult], loadout_id: int) -> Notice:
    """What stays away is to be confirmed."""
    if outcome.repeated:
        return Notice(ui.notice("repeated"))
    loadout = outcome.inventory.loadout(loadout_id)
    away = loadout.having(PieceState.GONE, PieceState.UNFIT)
    text = ui.notice(
        "loadout_worn",
        name=shorten(loadout.name, _MOST_OF_A_NAME),
        count=len(outcome.result.worn),
        figures=outcome.inventory.view().figures,
        away=[ui.translator.item_name(each.name) for each in away],
    )
    return Notice(text, alert=bool(away))


def _marked(ui: Ui, inventory: InventoryReader, ids: tuple[int, ...]) -> str:
    if not ids:
        return ui.notice("repeated")
    first = inventory.item(ids[0]).item
    return ui.notice(
        "junk_marked" if first.junk else "junk_unmarked", name=ui.item_name(first), count=len(ids)
    )


def moved(ui: Ui, outcome: Outcome[QuickSlotResult], *, into_quick_slot: bool) -> Notice:
    if outcome.repeated:
        return Notice(ui.notice("repeated"))
    result = outcome.result
    name = ui.translator.item_name(outcome.inventory.source_name(result.item.base_id))
    if into_quick_slot:
        return Notice(ui.notice("quick_set", name=name, number=result.slot_index + 1))
    return Notice(ui.notice("quick_taken", name=name))
