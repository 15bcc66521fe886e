"""What a player keeps in mind of the inventory, as operations: no item comes or goes by them."""

from dataclasses import dataclass
from typing import ClassVar

from apps.game_core.modules.inventory.inventory.limits import ItemIds
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.results import MarkJunkResult


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkJunk(Operation[MarkJunkResult]):
    """Marks what of these may be dropped, or takes the marks away."""

    kind: ClassVar[str] = "mark_junk"
    reverts: ClassVar[bool] = True

    item_ids: ItemIds
    marked: bool = True
