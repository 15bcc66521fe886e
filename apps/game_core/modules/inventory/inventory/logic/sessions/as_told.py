"""Operations that depend on what they meet, held on another base to what their players were told."""

from typing import Any

from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.batching import Batch, BatchResult, Part
from apps.game_core.modules.inventory.inventory.rules.dropping import (
    DropItem,
    DropMany,
    DropManyResult,
    DropResult,
)
from apps.game_core.modules.inventory.inventory.rules.loadouts import SaveLoadout, SaveLoadoutResult
from apps.game_core.modules.inventory.inventory.rules.mending import MendResult
from apps.game_core.modules.inventory.inventory.rules.taking import TakeItem, TakeResult
from apps.game_core.modules.inventory.keeping_errors import NotEnoughError
from apps.game_core.value import replace


def as_told(operation: Operation[Any], told: Result) -> Operation[Any]:
    """The operation that does on any base what this one's answer says."""
    match operation, told:
        case DropItem(), DropResult(quantity=quantity):
            return replace(operation, quantity=quantity)
        case DropMany(), DropManyResult(dropped=dropped):
            return replace(operation, quantities=tuple(each.quantity for each in dropped))
        case TakeItem(), TakeResult(spent=spent):
            return replace(operation, quantity=sum(each.quantity for each in spent))
        case SaveLoadout(), SaveLoadoutResult(loadout=loadout):
            return replace(operation, pieces=loadout.pieces)
        case Batch(), BatchResult(steps=steps):
            pairs = zip(operation.parts, steps, strict=True)
            parts = (Part(as_told(part.operation, step.result)) for part, step in pairs)
            return replace(operation, parts=tuple(parts))
        case _:
            return operation


def require_as_told(now: Result, told: Result) -> None:
    """Nobody pays more for mending than they were told. Raises NotEnoughError."""
    match now, told:
        case MendResult(), MendResult() if now.price > told.price:
            raise NotEnoughError(now.spent[0].item.base_id, now.price, told.price)
        case BatchResult(steps=steps), BatchResult(steps=told_steps):
            for step, as_it_was in zip(steps, told_steps, strict=True):
                require_as_told(step.result, as_it_was.result)
        case _:
            pass
