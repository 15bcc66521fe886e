"""A newcomer's first minutes, tapped through the sandbox and looked up in both stores."""

from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tests.support.world import World


async def test_start_wear_drink_quick_slot_drop_turn_pages_close(
    client: SandboxClient, process: Process
) -> None:
    world = World(process.core)
    alice = await client.add_user(11, "Alice")

    await alice.send("/start")
    await alice.sees("Welcome, adventurer!")
    await alice.tap("Inventory")
    await alice.sees("level 1")

    await alice.tap("Backpack")
    await alice.sees("page 1 of 2")
    await alice.tap("▶️")
    await alice.sees("page 2 of 2")
    await alice.tap("◀️")
    await alice.tap("Iron Sword")
    assert "Iron Sword" in ((await alice.tap("Wear")).text or "")
    main = await alice.offers("⚔️ Iron Sword")
    assert main.button("🛡 Off hand")

    await alice.tap("Backpack")
    await alice.tap("Health Potion")
    assert "+" in ((await alice.tap("Use")).text or "")
    await alice.sees("×4")
    await alice.tap("To quick slot")
    await alice.tap("[1]")
    await alice.tap("1 🧪 ×4")
    await alice.sees("it would be wasted")
    assert "left" in ((await alice.tap("Use anyway")).text or "")

    await alice.tap("Backpack")
    await alice.tap("Bread")
    await alice.tap("Drop")
    await alice.tap("All (3)")
    await alice.sees("Drop 3 pieces?")
    await alice.tap("Yes, drop")
    await alice.tap("Back")
    await alice.tap("Close")
    await alice.sees("the tavern hums")

    [character] = await world.query("SELECT id, hp FROM characters WHERE user_id = 11")
    rows = {row.base_id: row for row in (await world.rows(character.id)).values()}
    assert rows["iron_sword"].place == "main_hand"
    assert (rows["health_potion"].place, rows["health_potion"].quantity) == ("quick_slot", 3)
    assert "bread" not in rows
    assert character.hp > 70
    ledger = await world.query("SELECT kind FROM inventory_operations WHERE version > 0 ORDER BY version")
    assert [row.kind for row in ledger] == [
        "equip_item",
        "use_consumable",
        "move_to_quick_slot",
        "use_consumable",
        "drop_item",
    ]


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
