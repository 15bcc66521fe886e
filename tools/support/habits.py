"""What somebody changes in a day who has what a newborn has."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.game_core.modules.inventory.inventory.operation_ids import stamped
from apps.game_core.modules.inventory.inventory_gateway import InventoryGateway
from apps.game_core.modules.items.contracts import Slot

ROUND = 10
"""Changes after which all is as before, but for what the first ones lost."""
_LOSS = 9
"""The change that drops something for good."""


@dataclass(slots=True)
class Person:
    """Wears, takes off, locks, drops and gets things. `bag`: ids by kind."""

    gateway: InventoryGateway
    char_id: int
    bag: Mapping[str, int]
    stamp: str
    wears: bool = False

    async def change(self, number: int) -> None:
        """Each has an id as the button of a tap gives it, or a fight."""
        bread, ore, sword = (self.bag[kind] for kind in ("bread", "iron_ore", "iron_sword"))

        def tapped(what: str) -> str:
            return stamped(self.stamp, f"{what}:{number}")

        match number % ROUND:
            case 3:
                await self.gateway.lock_item(self.char_id, bread, op_id=tapped(f"lk:{bread}"))
            case 4:
                await self.gateway.unlock_item(self.char_id, bread, op_id=tapped(f"ul:{bread}"))
            case 7:
                await self.gateway.add_item(
                    self.char_id, "iron_ore", 1, op_id=f"fight:{self.char_id}:{number}"
                )
            case 8:
                await self.gateway.drop_item(self.char_id, ore, 1, op_id=tapped(f"dr:{ore}:1"))
            case 9 if number == _LOSS:
                ring = self.bag["copper_ring"]
                await self.gateway.drop_item(self.char_id, ring, 1, op_id=tapped(f"dr:{ring}:1"))
            case _ if self.wears:
                self.wears = False
                await self.gateway.unequip_item(self.char_id, Slot.MAIN_HAND, op_id=tapped("un:0"))
            case _:
                self.wears = True
                await self.gateway.equip_item(self.char_id, sword, op_id=tapped(f"eq:{sword}"))


async def person(gateway: InventoryGateway, char_id: int) -> Person:
    """As it stands: what is worn is known, too."""
    reader = await gateway.open(char_id)
    view = reader.view()
    worn = {slot.item.base_id: slot.item.id for slot in view.equipped if slot.item}
    bag = {item.base_id: item.id for item in view.backpack}
    return Person(gateway, char_id, {**bag, **worn}, reader.stamp, wears="iron_sword" in worn)
