"""What a player taps in a day: wears, takes off, locks, drops and uses things, and gets some."""

from apps.game_core.modules.inventory.inventory.operation_ids import stamped
from tests.support.world import World

CHANGES = 50


async def fifty_changes(world: World, char_id: int) -> None:
    for number in range(CHANGES):
        await _change(world, char_id, number)
    await world.gateway.sync_inventory(char_id)


async def _change(world: World, char_id: int, number: int) -> None:
    gateway, view = world.gateway, await world.gateway.view(char_id)
    stamp = (await gateway.open(char_id)).stamp
    bag = {item.base_id: item.id for item in view.backpack}
    bread, ore, potion = bag["bread"], bag["iron_ore"], bag.get("health_potion")
    worn = next((slot.slot for slot in view.equipped if slot.item), None)
    match number % 10:
        case 3:
            await gateway.lock_item(char_id, bread, op_id=stamped(stamp, f"lk:{bread}:0"))
        case 4:
            await gateway.unlock_item(char_id, bread, op_id=stamped(stamp, f"ul:{bread}:0"))
        case 7:
            await gateway.add_item(char_id, "iron_ore", 3, op_id=f"fight:{char_id}:{number}")
        case 8:
            await gateway.drop_item(char_id, ore, 1, op_id=stamped(stamp, f"dr:{ore}:1"))
        case 9 if potion:
            await gateway.use_consumable(char_id, potion, op_id=stamped(stamp, f"us:{potion}:0"))
        case _ if worn:
            await gateway.unequip_item(char_id, worn, op_id=stamped(stamp, "un:0:1"))
        case _:
            sword = bag["iron_sword"]
            await gateway.equip_item(char_id, sword, op_id=stamped(stamp, f"eq:{sword}:0"))
