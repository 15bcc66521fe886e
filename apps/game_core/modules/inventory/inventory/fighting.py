"""What a fight comes to, as one operation: blows are nobody's business once it is over."""

from dataclasses import dataclass
from typing import ClassVar

from apps.game_core.modules.inventory.inventory.limits import Experience, LostHitPoints
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.results import FightEnd, FightResult


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleFight(Operation[FightResult]):
    """The fight is over and has cost `hurt` hit points, less those that were written before."""

    kind: ClassVar[str] = "settle_fight"

    end: FightEnd
    hurt: LostHitPoints
    experience: Experience = 0
