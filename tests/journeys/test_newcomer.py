"""A newcomer's first minutes, tapped through the sandbox and looked up in both stores."""

from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tests.support.world import World
from tools.support.newcomer import first_minutes, unlike


async def test_start_wear_drink_quick_slot_drop_turn_pages_close(
    client: SandboxClient, process: Process
) -> None:
    world = World(process.core)
    alice = await client.add_user(11, "Alice")

    await first_minutes(alice)

    assert await unlike(process.core.engine, 11) == []
    [character] = await world.query("SELECT hp FROM characters WHERE user_id = 11")
    assert character.hp > 70


async def test_a_change_that_could_not_be_kept_is_told(client: SandboxClient, process: Process) -> None:
    world = World(process.core)
    alice = await client.add_user(12, "Alice")
    await alice.send("/start")
    await alice.tap("Inventory")
    await alice.tap("Backpack")
    await alice.tap("Iron Sword")
    await alice.tap("Wear")
    await alice.offers("⚔️ Iron Sword")
    [character] = await world.query("SELECT id FROM characters WHERE user_id = 12")
    await world.execute("DELETE FROM inventory_items WHERE base_id = 'iron_sword'")
    await world.gateway.sync_inventory(character.id)

    await alice.tap("Refresh")

    await alice.sees("1 change could not be kept")
    await alice.offers("➕ ⚔️ Main hand")
