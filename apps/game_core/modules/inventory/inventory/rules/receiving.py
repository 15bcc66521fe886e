"""What comes of a trade: whole things, and coins, from the inbox. All of it, or it waits."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.errors import InventoryFullError, TooHeavyError
from apps.game_core.modules.inventory.inventory.gift import Gift, Roll
from apps.game_core.modules.inventory.inventory.limits import MAX_COINS
from apps.game_core.modules.inventory.inventory.model import (
    InventorySession,
    Item,
    Parcel,
    PlacedItem,
    adding,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_id
from apps.game_core.modules.inventory.inventory.rules.deed import Deed, same
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Told, pieces
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.keeping_errors import AlreadyThereError, PurseFullError
from apps.game_core.value import replace

CAME_BACK = "came_back"
"""The deed of a parcel that comes back to whoever has given it."""


class ReceiveResult(Result):
    """`items` as they lie in the backpack now; `coins` came, `left` are in the purse.

    `returned` as in `Parcel`.
    """

    items: tuple[Item, ...]
    coins: int
    left: int
    returned: bool


class Receive(Operation[ReceiveResult], kw_only=True):
    """Brings the parcel of an inbox row. It was somebody's before: the item files have no say."""

    kind: ClassVar[str] = "receive"

    parcel: Parcel


def receive(
    session: InventorySession, operation: Receive, rules: Rules
) -> tuple[InventorySession, ReceiveResult]:
    parcel = operation.parcel
    changed = with_things(session, [arriving(item, operation) for item in parcel.items], rules)
    left = session.coins + parcel.coins
    if left > MAX_COINS:
        raise PurseFullError(MAX_COINS)
    ids = {item.id for item in parcel.items}
    items = tuple(item for item in changed.backpack if item.id in ids)
    result = ReceiveResult(items, parcel.coins, left, parcel.returned)
    return _with_news(replace(changed, coins=left), operation), result


def with_things(session: InventorySession, items: Sequence[Item], rules: Rules) -> InventorySession:
    """Each a stack of its own, at the end of the backpack. Raises AlreadyThereError, and what is too much."""
    there = {placed.item.id for placed in session.placed()}
    changed = session
    for item in items:
        if item.id in there:
            raise AlreadyThereError(item.id)
        changed = adding(changed, item)
    if items and len(changed.backpack) > changed.limits.max_slots:
        raise InventoryFullError(changed.limits.max_slots)
    weight, limit = rules.weight(changed), rules.max_weight(changed)
    if weight > max(limit, rules.weight(session)):
        raise TooHeavyError(weight, limit)
    return changed


def arriving(item: Item, operation: Receive) -> Item:
    """To its new owner it is new, and nobody's junk yet; what comes back is as it was."""
    return item if operation.parcel.returned else replace(item, acquired_at=operation.at, junk=False)


def _with_news(session: InventorySession, operation: Receive) -> InventorySession:
    news = tuple(
        Gift(item.base_id, item.quantity, Roll(item.rarity, item.affixes)) for item in operation.parcel.items
    )
    waiting = tuple(each for each in session.waiting if inbox_id(each) != operation.op_id)
    return replace(session, waiting=waiting, gifts=(*session.gifts, *news))


def _deed(deed: Deed, operation: Receive, result: ReceiveResult) -> None:
    parcel = operation.parcel
    sent = {item.id: arriving(item, operation) for item in parcel.items}
    came = {item.id: item for item in result.items}
    deed.claim(sent.keys() == came.keys(), "other things came than were sent")
    for item in result.items:
        deed.claim(item.id in sent and same(sent[item.id], item), f"item {item.id} came as another")
        deed.make(item, item.position)
    deed.claim(parcel.coins == result.coins >= 0, f"{parcel.coins} coins were sent, {result.coins} came")
    deed.claim(parcel.returned == result.returned, "it came from somebody else than it was sent by")
    coins_deed(deed, result.coins, result.left)


def coins_deed(deed: Deed, came: int, left: int) -> None:
    """So many coins came, or went (below zero); `left` are in the purse."""
    if came:
        deed.coins_before, deed.coins = left - came, left
        for coins in (left - came, left):
            deed.claim(0 <= coins <= MAX_COINS, f"no purse holds {coins} coins")


def _told(result: ReceiveResult, _: Sequence[PlacedItem]) -> Told:
    deed = CAME_BACK if result.returned else None
    return Told(deed=deed, items=pieces(*result.items), coins=result.coins)


RECEIVE = Definition(operation=Receive, rule=receive, deed=_deed, told=_told)
