"""Hit points that something other than an item takes or gives."""

from dataclasses import replace

from apps.game_core.modules.inventory.inventory.model import LEAST_HP, InventorySession
from apps.game_core.modules.inventory.inventory.operations import ChangeHealth
from apps.game_core.modules.inventory.inventory.results import (
    ChangeHealthResult,
)
from apps.game_core.modules.inventory.inventory.rules.values import Rules


def change_health(
    session: InventorySession, operation: ChangeHealth, rules: Rules
) -> tuple[InventorySession, ChangeHealthResult]:
    before = session.vitals.hp
    most = rules.max_hp(session, operation.at)
    # Health that an effect lent is gone with it.
    hp = max(LEAST_HP, min(most, min(most, before) + operation.amount))
    changed = replace(session, vitals=replace(session.vitals, hp=hp))
    return changed, ChangeHealthResult(hp, hp - before)
