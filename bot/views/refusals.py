"""Why something was refused, in the player's language: the one place that turns errors into replies."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.game_core.modules.inventory import errors, keeping_errors
from apps.game_core.modules.inventory.contracts import ARCHIVED
from apps.game_core.modules.merchant import errors as merchant
from apps.game_core.modules.trade import contracts as trade
from bot.views.notices import repeated
from bot.views.screen import Notice, shorten
from bot.views.ui import Ui

_Say = Callable[[Ui, Any], str]
_MOST_OF_A_NAME = 40
Refused = errors.InventoryError | merchant.MerchantError | trade.TradeError

_NOTICES: Mapping[type[Exception], _Say] = {
    errors.ItemNotFoundError: lambda ui, _: ui.notice("item_gone"),
    errors.InvalidSlotError: lambda ui, e: ui.notice("invalid_slot", valid_slots=e.valid_slots),
    errors.InvalidSlotIndexError: lambda ui, e: ui.notice("invalid_slot_index", count=e.count),
    errors.SlotEmptyError: lambda ui, _: ui.notice("slot_empty"),
    errors.RequirementsNotMetError: lambda ui, e: ui.notice("requirements", missing=e.missing),
    errors.InventoryFullError: lambda ui, e: ui.notice("full", max_slots=e.max_slots),
    errors.TooHeavyError: lambda ui, e: ui.notice("too_heavy", weight=e.weight, max_weight=e.max_weight),
    errors.NotConsumableError: lambda ui, _: ui.notice("not_consumable"),
    errors.CannotUseInCombatError: lambda ui, _: ui.notice("not_in_combat"),
    errors.OnlyInCombatError: lambda ui, _: ui.notice("only_in_combat"),
    errors.CannotDropEquippedError: lambda ui, _: ui.notice("drop_worn"),
    errors.ItemLockedError: lambda ui, _: ui.notice("item_locked"),
    keeping_errors.ItemIsJunkError: lambda ui, _: ui.notice("item_is_junk"),
    keeping_errors.OtherJunkError: lambda ui, _: ui.notice("other_junk"),
    keeping_errors.NothingToMarkError: lambda ui, _: ui.notice("nothing_to_mark"),
    keeping_errors.NothingWornError: lambda ui, _: ui.notice("nothing_worn"),
    keeping_errors.TooManyLoadoutsError: lambda ui, e: ui.notice("too_many_loadouts", most=e.most),
    keeping_errors.LoadoutNotFoundError: lambda ui, _: ui.notice("loadout_gone"),
    keeping_errors.NothingToWearError: lambda ui, e: ui.notice("nothing_to_wear", whole=e.whole),
    keeping_errors.NothingToMendError: lambda ui, _: ui.notice("nothing_to_mend"),
    keeping_errors.NotEnoughError: lambda ui, e: ui.notice(
        "not_enough", item=ui.translator.item_name(e.item), needed=e.needed, has=e.has
    ),
    keeping_errors.NotEnoughCoinsError: lambda ui, e: ui.notice(
        "not_enough_coins", needed=e.needed, owned=e.owned
    ),
    keeping_errors.PurseFullError: lambda ui, e: ui.notice("purse_full", most=e.most),
    keeping_errors.ItemInUseError: lambda ui, _: ui.notice("item_in_use"),
    keeping_errors.ItemBoundError: lambda ui, _: ui.notice("item_bound"),
    keeping_errors.OnTheTableError: lambda ui, e: ui.notice("on_the_table", thing=e.item_id is not None),
    keeping_errors.OtherHalfError: lambda ui, _: ui.notice("outdated"),
    keeping_errors.NotConfirmedError: lambda ui, _: ui.notice("outdated"),
    keeping_errors.AlreadyThereError: lambda ui, _: ui.notice("outdated"),
    keeping_errors.OtherVersionError: lambda ui, _: ui.notice("outdated"),
    keeping_errors.NotDoneError: lambda ui, _: ui.notice("outdated"),
    keeping_errors.NothingNewError: lambda ui, _: ui.notice("nothing_new"),
    errors.BetterSetError: lambda ui, _: ui.notice("better_set"),
    errors.NothingToDropError: lambda ui, _: ui.notice("outdated"),
    errors.QuestItemError: lambda ui, _: ui.notice("quest_item"),
    errors.InvalidQuantityError: lambda ui, e: ui.notice("quantity", available=e.available),
    errors.CannotMergeError: lambda ui, _: ui.notice("cannot_merge"),
    errors.CannotUndoError: lambda ui, e: ui.notice(f"undo_{e.obstacle}"),
    errors.NothingToRestoreError: lambda ui, _: ui.notice("outdated"),
    errors.RestoreOutdatedError: lambda ui, _: ui.notice("outdated"),
    errors.UnknownItemError: lambda ui, _: ui.notice("unknown_item"),
    errors.OverruledError: lambda ui, _: ui.notice("overruled"),
    errors.LostStateError: lambda ui, _: ui.notice("lost_state"),
    errors.OperationIdTakenError: lambda ui, _: ui.notice("outdated"),
    errors.InvalidInputError: lambda ui, _: ui.notice("invalid_input"),
    errors.CharacterNotFoundError: lambda ui, _: ui.notice("no_character"),
    errors.LedgerUnreadableError: lambda ui, _: ui.notice("outdated"),
    errors.ChangesOverdueError: lambda ui, _: ui.notice("overdue"),
    errors.SessionStoreDownError: lambda ui, _: ui.notice("only_looking"),
    merchant.PriceChangedError: lambda ui, e: ui.notice("price_changed", price=e.price),
    merchant.WareGoneError: lambda ui, _: ui.notice("ware_gone"),
    merchant.SoldOutError: lambda ui, e: ui.notice("sold_out", left=e.left, restocks_in=e.restocks_in),
    merchant.NotForSaleError: lambda ui, e: ui.notice("not_for_sale", obstacle=e.obstacle),
    merchant.SoldOnError: lambda ui, _: ui.notice("sold_on"),
    merchant.OrderLapsedError: lambda ui, _: ui.notice("order_lapsed"),
    errors.InventoryUnavailableError: lambda ui, _: ui.notice("unavailable"),
    trade.NoTableError: lambda ui, _: ui.notice("no_table"),
    trade.TableExpiredError: lambda ui, _: ui.notice("table_expired"),
    trade.BusyError: lambda ui, _: ui.notice("table_busy"),
    trade.ChairTakenError: lambda ui, _: ui.notice("chair_taken"),
    trade.WithOneselfError: lambda ui, _: ui.notice("with_oneself"),
    trade.PartnerGoneError: lambda ui, _: ui.notice("partner_gone"),
    trade.OtherTableError: lambda ui, _: ui.notice("other_table"),
    trade.NotTradableError: lambda ui, e: ui.notice(
        "not_tradable", name=shorten(ui.translator.item_name(e.item), _MOST_OF_A_NAME), obstacle=e.obstacle
    ),
    trade.TableFullError: lambda ui, e: ui.notice("table_full", most=e.most),
}


def refusal(ui: Ui, error: Refused, char_id: int = 0) -> Notice:
    """An alert that says why, and what would help where the error knows it. `char_id`: whom it is told.

    What took effect and is in a file by now is no refusal to whoever taps.
    """
    if isinstance(error, trade.DoesNotFitError):
        return Notice(_lack(ui, error, mine=error.char_id == char_id), alert=True)
    if isinstance(error, errors.OperationIdTakenError) and error.kind == ARCHIVED:
        return repeated(ui)
    say = next(_NOTICES[kind] for kind in type(error).__mro__ if kind in _NOTICES)
    return Notice(say(ui, error), alert=True)


def _lack(ui: Ui, error: trade.DoesNotFitError, *, mine: bool) -> str:
    return ui.notice("does_not_fit", mine=mine, slots=error.slots, weight=error.weight, coins=error.coins)
