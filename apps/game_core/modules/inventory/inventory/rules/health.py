"""Hit points that something other than an item takes or gives."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.inventory.limits import HitPoints
from apps.game_core.modules.inventory.inventory.model import LEAST_HP, InventorySession, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.value import replace


class ChangeHealthResult(Result):
    """`changed` is what the change really came to, between the least and the most there can be."""

    hp: int
    changed: int


class ChangeHealth(Operation[ChangeHealthResult], kw_only=True):
    """Hit points won or, below zero, lost: never all of them, never more than there can be."""

    kind: ClassVar[str] = "change_health"

    amount: HitPoints


def change_health(
    session: InventorySession, operation: ChangeHealth, rules: Rules
) -> tuple[InventorySession, ChangeHealthResult]:
    before = session.vitals.hp
    most = rules.max_hp(session, operation.at)
    # Health that an effect lent is gone with it.
    hp = max(LEAST_HP, min(most, min(most, before) + operation.amount))
    changed = replace(session, vitals=replace(session.vitals, hp=hp))
    return changed, ChangeHealthResult(hp, hp - before)


def _deed(deed: Deed, operation: ChangeHealth, result: ChangeHealthResult) -> None:
    deed.hp_before, deed.hp = result.hp - result.changed, result.hp
    most = max(LEAST_HP, deed.hp_before + operation.amount)
    deed.claim(result.hp <= most, f"{operation.amount} left {result.hp} of {deed.hp_before}")


def _told(result: ChangeHealthResult, _: Sequence[PlacedItem]) -> Told:
    return Told(healed=result.changed)


CHANGE_HEALTH = Definition(operation=ChangeHealth, rule=change_health, deed=_deed, told=_told)
