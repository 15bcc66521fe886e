"""What may lie on the table of a trade, and stays in the backpack as it is while it does."""

from collections.abc import Iterable, Mapping

from apps.game_core.modules.inventory.errors import ItemLockedError, ItemNotFoundError, QuestItemError
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    Half,
    InventorySession,
    Item,
    PlacedItem,
)
from apps.game_core.modules.inventory.inventory.operation_ids import stamp
from apps.game_core.modules.inventory.inventory.rules.deed import same
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.keeping_errors import (
    ItemBoundError,
    ItemInUseError,
    NotEnoughCoinsError,
    OnTheTableError,
    OtherHalfError,
)
from apps.game_core.value import replace


def to_lay(session: InventorySession, item_id: int, rules: Rules) -> Item:
    """The stack, if it may be traded. Raises the errors of what may not, of what is not there, or unknown."""
    placed = next(iter(session.rows({item_id})), None)
    if placed is None:
        raise ItemNotFoundError(item_id)
    _require_free(placed)
    if rules.entry(placed.item).quest:
        raise QuestItemError(item_id)
    return placed.item


def _require_free(placed: PlacedItem) -> None:
    item = placed.item
    if placed.place != BACKPACK:
        raise ItemInUseError(item.id)
    if item.locked:
        raise ItemLockedError(item.id)
    if item.bound:
        raise ItemBoundError(item.id)


def with_half(
    session: InventorySession, seen: Half | None, half: Half | None, rules: Rules
) -> InventorySession:
    """The session with another half than was seen there.

    Whoever confirms has all looked at again, else what is laid anew is. Raises OtherHalfError, what `to_lay`
    raises, and NotEnoughCoinsError.
    """
    if session.half != seen:
        raise OtherHalfError(session.char_id)
    if half is None:
        return replace(session, half=None)
    laid = () if half.confirmed or seen is None else seen.items
    require_tradable(session, [item for item in half.items if item not in laid], rules)
    if half.coins > session.coins:
        raise NotEnoughCoinsError(half.coins, session.coins)
    if half.confirmed:
        confirmed = replace(half.confirmed, stamp=stamp(session.version, session.rev))
        half = replace(half, confirmed=confirmed)
    return replace(session, half=half)


def require_tradable(session: InventorySession, items: Iterable[Item], rules: Rules) -> None:
    """Each as it is, and to be traded."""
    for item in items:
        if not same(to_lay(session, item.id, rules), item):
            raise ItemNotFoundError(item.id)


def laid(session: InventorySession, at: int) -> frozenset[int]:
    """The ids of what lies on the table then."""
    half = session.half
    return frozenset(item.id for item in half.items) if half and half.until > at else frozenset()


def require_laid(before: InventorySession, after: InventorySession, at: int) -> None:
    """Whatever an operation does, what lies on the table still is what it was. Raises OnTheTableError."""
    half = after.half
    if half is None or half.until <= at:
        return
    there, here = _backpack(before), _backpack(after)
    for item in half.items:
        if _lies(there, item) and not _lies(here, item):
            raise OnTheTableError(item.id)
    if after.coins < half.coins <= before.coins:
        raise OnTheTableError(None)


def _backpack(session: InventorySession) -> Mapping[int, Item]:
    return {item.id: item for item in session.backpack}


def _lies(backpack: Mapping[int, Item], item: Item) -> bool:
    return item.id in backpack and same(backpack[item.id], item)
