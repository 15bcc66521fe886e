"""What a fight leaves behind."""

from dataclasses import replace

from apps.game_core.modules.inventory.inventory.fighting import SettleFight
from apps.game_core.modules.inventory.inventory.model import LEAST_HP, InventorySession
from apps.game_core.modules.inventory.inventory.results import FightEnd, FightResult
from apps.game_core.modules.inventory.inventory.rules.values import Rules


def settle(
    session: InventorySession, operation: SettleFight, rules: Rules
) -> tuple[InventorySession, FightResult]:
    """Who has lost is brought round to half their health. Never refused: a fight that is over is over."""
    most = rules.max_hp(session, operation.at)
    # Health that an effect lent is gone with it.
    hp = max(LEAST_HP, min(most, session.vitals.hp) - operation.hurt)
    if operation.end is FightEnd.LOST:
        hp = max(hp, min(most, LEAST_HP + most // 2))
    changed = replace(session, vitals=replace(session.vitals, hp=hp))
    return changed, FightResult(operation.end, hp, hp - session.vitals.hp)
