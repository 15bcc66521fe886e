"""Coins that another module pays or charges: all that is asked for, or nothing."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.inventory.limits import MAX_COINS, Coins
from apps.game_core.modules.inventory.inventory.model import InventorySession, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.keeping_errors import NotEnoughCoinsError, PurseFullError
from apps.game_core.value import replace


class CoinsResult(Result):
    """`amount` came or went, as was asked; `left` are in the purse now."""

    amount: int
    left: int


class AddCoins(Operation[CoinsResult], kw_only=True):
    """Into the purse. `announced`: whoever pays tells the player of it, so that it is no news."""

    kind: ClassVar[str] = "add_coins"

    amount: Coins
    announced: bool = False


class TakeCoins(Operation[CoinsResult], kw_only=True):
    """Out of the purse; `announced` as in `AddCoins`."""

    kind: ClassVar[str] = "take_coins"

    amount: Coins
    announced: bool = False


def add_coins(
    session: InventorySession, operation: AddCoins, _: Rules
) -> tuple[InventorySession, CoinsResult]:
    left = session.coins + operation.amount
    if left > MAX_COINS:
        raise PurseFullError(MAX_COINS)
    return replace(session, coins=left), CoinsResult(operation.amount, left)


def take_coins(
    session: InventorySession, operation: TakeCoins, _: Rules
) -> tuple[InventorySession, CoinsResult]:
    left = session.coins - operation.amount
    if left < 0:
        raise NotEnoughCoinsError(operation.amount, session.coins)
    return replace(session, coins=left), CoinsResult(operation.amount, left)


def _add_deed(deed: Deed, operation: AddCoins, result: CoinsResult) -> None:
    _deed(deed, operation, result, result.left - result.amount)


def _take_deed(deed: Deed, operation: TakeCoins, result: CoinsResult) -> None:
    _deed(deed, operation, result, result.left + result.amount)


def _deed(deed: Deed, operation: AddCoins | TakeCoins, result: CoinsResult, before: int) -> None:
    asked, moved = operation.amount, result.amount
    deed.claim(asked == moved > 0, f"{asked} coins were asked for, {moved} moved")
    deed.coins_before, deed.coins = before, result.left
    for coins in (before, result.left):
        deed.claim(0 <= coins <= MAX_COINS, f"no purse holds {coins} coins")


def _added(result: CoinsResult, _: Sequence[PlacedItem]) -> Told:
    return Told(coins=result.amount)


def _taken(result: CoinsResult, _: Sequence[PlacedItem]) -> Told:
    return Told(coins=-result.amount)


ADD_COINS = Definition(operation=AddCoins, rule=add_coins, deed=_add_deed, told=_added)
TAKE_COINS = Definition(operation=TakeCoins, rule=take_coins, deed=_take_deed, told=_taken)
