"""What a player has confirmed leaves the bag, for a trade."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.errors import ItemNotFoundError
from apps.game_core.modules.inventory.inventory.model import BACKPACK, InventorySession, Item, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed, same
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.receiving import coins_deed
from apps.game_core.modules.inventory.inventory.rules.told import Told, pieces
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.keeping_errors import NotEnoughCoinsError
from apps.game_core.value import replace


class GiveResult(Result):
    """`items` as they lay in the backpack; `coins` went, and `left` are in the purse."""

    items: tuple[Item, ...]
    coins: int
    left: int


class Give(Operation[GiveResult], kw_only=True):
    """The half with `own_mark`, for the partner's with `other_mark`: a table that its player has confirmed.

    Made of that half once: applied again it only asks whether all is in the bag exactly as it was given.
    """

    kind: ClassVar[str] = "give"

    trade: int
    partner: int
    own_mark: int
    other_mark: int
    items: tuple[Item, ...]
    coins: int


def give(session: InventorySession, operation: Give, _: Rules) -> tuple[InventorySession, GiveResult]:
    backpack, items = {item.id: item for item in session.backpack}, list[Item]()
    for item in operation.items:
        found = backpack.pop(item.id, None)
        if found is None or not same(found, item):
            raise ItemNotFoundError(item.id)
        items.append(found)
    left = session.coins - operation.coins
    if left < 0:
        raise NotEnoughCoinsError(operation.coins, session.coins)
    is_this = session.half is not None and session.half.mark == operation.own_mark
    half = None if is_this else session.half
    changed = replace(session, backpack=tuple(backpack.values()), coins=left, half=half)
    return changed, GiveResult(tuple(items), operation.coins, left)


def _deed(deed: Deed, operation: Give, result: GiveResult) -> None:
    asked, went, coins = operation.items, result.items, operation.coins
    alike = len(asked) == len(went) and all(map(same, asked, went))
    deed.claim(alike, "other things went than were confirmed")
    deed.claim(coins == result.coins >= 0, f"{coins} coins were confirmed, {result.coins} went")
    for item in went:
        deed.met(item, BACKPACK)
        deed.changes[item.id] = None
    coins_deed(deed, -result.coins, result.left)


def _told(result: GiveResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=pieces(*result.items), coins=-result.coins)


GIVE = Definition(operation=Give, rule=give, deed=_deed, told=_told)
