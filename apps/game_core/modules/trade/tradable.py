"""What the inventory says of things that stay with their owners, as the trade says it."""

from collections.abc import Mapping

from apps.game_core.modules.inventory.contracts import Item
from apps.game_core.modules.inventory.errors import (
    ItemLockedError,
    OperationRefusedError,
    QuestItemError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.keeping_errors import ItemBoundError, ItemInUseError
from apps.game_core.modules.inventory.tables import Half, OwnHalf
from apps.game_core.modules.trade.errors import NotTradableError, TradeObstacle

_OBSTACLES: Mapping[type[OperationRefusedError], TradeObstacle] = {
    ItemInUseError: TradeObstacle.IN_USE,
    ItemLockedError: TradeObstacle.FAVOURITE,
    ItemBoundError: TradeObstacle.BOUND,
    QuestItemError: TradeObstacle.QUEST,
    UnknownItemError: TradeObstacle.UNKNOWN,
}


def to_lay(own: OwnHalf, item_id: int) -> Item:
    """Raises NotTradableError, ItemNotFoundError."""
    try:
        return own.bag.to_lay(item_id)
    except tuple(_OBSTACLES) as error:
        raise NotTradableError(item_id, own.bag.source_name(item_id), _OBSTACLES[type(error)]) from error


def require_tradable(own: OwnHalf, half: Half) -> None:
    """All of it, by the item files of today. Raises the same."""
    for item in half.items:
        to_lay(own, item.id)
