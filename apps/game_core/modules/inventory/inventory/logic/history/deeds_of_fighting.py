"""What a fight did, by the ledger entry alone."""

from apps.game_core.modules.inventory.inventory.fighting import SettleFight
from apps.game_core.modules.inventory.inventory.logic.history.deed import Deed
from apps.game_core.modules.inventory.inventory.model import LEAST_HP
from apps.game_core.modules.inventory.inventory.results import FightEnd, FightResult


def settle(deed: Deed, operation: SettleFight, result: FightResult) -> None:
    deed.claim(operation.end is result.end, "the fight ended otherwise than it was said to")
    deed.hp_before, deed.hp = result.hp - result.changed, result.hp
    deed.claim(operation.experience == result.gained, "it taught more or less than it was said to")
    # Who has risen, or was brought round, may have more than before; nobody else has.
    most = max(LEAST_HP, deed.hp_before - operation.hurt)
    deed.claim(
        result.end is FightEnd.LOST or result.risen > 0 or result.hp <= most,
        f"{operation.hurt} hit points lost left {result.hp} of {deed.hp_before}",
    )
