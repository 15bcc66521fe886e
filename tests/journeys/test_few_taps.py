"""How few taps the things take that players do all day, counted."""

from apps.game_core.modules.inventory.contracts import MarkJunk, SaveLoadout
from bot.callbacks.buttons import Open, ScreenName
from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tests.support.big_bags import kinds
from tests.support.thumb import new_thumb


async def test_the_best_weapon_of_two_hundred_is_worn_with_two_taps(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process, *kinds(200))
    await thumb.send("/inventory")

    await thumb.tap("➕ ⚔️")
    best = (await thumb.labels())[0]
    await thumb.tap(best)

    view = await process.core.gateway.view(await thumb.char_id())
    assert thumb.taps == 2
    worn = next(each.item for each in view.equipped if each.slot == "main_hand")
    assert worn is not None
    assert worn.name[:12] in best
    weapons = [row for row in view.backpack if row.type == "weapon" and row.wearable]
    assert len(weapons) > 40
    assert not [row.name for row in weapons if row.verdict == "better"]


async def test_a_better_weapon_replaces_a_worn_one_with_two_taps(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process, *kinds(200))
    char_id = await thumb.char_id()
    await process.core.gateway.equip_item(char_id, (await thumb.world.item(char_id, "rusty_sword")).id)
    await thumb.send("/inventory")

    await thumb.tap("⚔️ Rusty Sword")
    best = (await thumb.labels())[0]
    assert "▲" in best
    await thumb.tap(best)

    view = await process.core.gateway.view(char_id)
    assert thumb.taps == 2
    assert not [row for row in view.backpack if row.type == "weapon" and row.verdict == "better"]


async def test_a_newcomer_is_dressed_with_two_taps(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    await thumb.send("/inventory")

    await thumb.tap("Wear best")
    shown = await thumb.text()
    said = await thumb.tap("Wear all")

    view = await process.core.gateway.view(await thumb.char_id())
    assert thumb.taps == 2
    assert f"0.7 → {view.figures.attack:.1f} (+" in shown
    assert f"attack {view.figures.attack:.1f}" in (said.text or "")
    assert not [row.name for row in view.backpack if row.wearable and row.verdict == "better"]
    await thumb.tap("Wear best")
    assert "You wear it already." in await thumb.text()


async def test_a_quick_slot_potion_is_drunk_with_one_tap(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    potion = await thumb.world.item(char_id, "health_potion")
    await process.core.gateway.move_to_quick_slot(char_id, potion.id, 0)
    await thumb.send("/inventory")

    said = await thumb.tap("1 🧪")

    assert thumb.taps == 1
    assert "❤️ +30" in (said.text or "")


async def test_a_quick_slot_is_filled_with_two_taps(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    await thumb.send("/inventory")

    await thumb.tap("➕ ⚡ 1")
    await thumb.tap("Health Potion")

    view = await process.core.gateway.view(await thumb.char_id())
    assert thumb.taps == 2
    assert [each and each.name for each in view.quick_slots] == ["Health Potion", None, None, None]


async def test_all_junk_is_cleared_with_two_taps_and_comes_back_with_one(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    for base_id in ("bread", "iron_ore"):
        thing = await thumb.world.item(char_id, base_id)
        await process.core.gateway.perform(char_id, MarkJunk(item_ids=(thing.id,)))
    before = await process.core.gateway.view(char_id)
    await thumb.send("/inventory")

    await thumb.tap("🧹 Junk · 2")
    shown = await thumb.text()
    said = await thumb.tap("🗑 Drop all (2)")

    assert thumb.taps == 2
    assert "Loaf of Bread ×3" in shown
    assert "Iron Ore ×12" in shown
    assert said.text == "🗑 Dropped 2 things"
    assert len((await process.core.gateway.view(char_id)).backpack) == len(before.backpack) - 2
    await thumb.tap("Undo")
    assert (await process.core.gateway.view(char_id)).backpack == before.backpack


async def test_a_set_is_swapped_with_one_tap_and_back_with_one(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process)
    char_id, gateway = await thumb.char_id(), process.core.gateway
    for name, base_ids in (("Ш" * 64, ("iron_sword", "iron_shield")), ("Hunt", ("hunting_bow",))):
        for base_id in base_ids:
            await gateway.equip_item(char_id, (await thumb.world.item(char_id, base_id)).id)
        await gateway.perform(char_id, SaveLoadout(name=name))
    await thumb.send("/inventory")
    assert "✓ Hunt" in await thumb.labels()

    [wide] = [label for label in await thumb.labels() if "Ш" in label]
    said = await thumb.tap(wide)

    assert thumb.taps == 1
    assert "2 changes" in (said.text or "")
    worn = {each.slot: each.item.name for each in (await gateway.view(char_id)).equipped if each.item}
    assert worn == {"main_hand": "Iron Sword", "off_hand": "Iron Shield"}
    await thumb.tap("Undo")
    assert [each.item.name for each in (await gateway.view(char_id)).equipped if each.item] == ["Hunting Bow"]


async def test_what_came_is_told_with_one_tap_and_once(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    await process.core.gateway.grant(char_id, "copper_ring", 1)
    await process.core.gateway.grant(char_id, "moonlight_saber", 2)
    await thumb.send("/inventory")

    await thumb.tap("📰")

    assert thumb.taps == 1
    told = await thumb.text()
    assert "🎁 Came" in told
    assert "Copper Ring" in told
    assert "Moonlight Saber ×2" in told
    await thumb.tap("Back")
    await thumb.tap("📰")
    assert "Nothing has come or gone without you." in await thumb.text()


async def test_a_stack_that_was_found_is_dropped_with_two_taps(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process)
    await thumb.send("/inventory")
    await thumb.send("bread")

    await thumb.tap("Loaf of Bread")
    said = await thumb.tap("All of it (3)")

    assert thumb.taps == 2
    assert said.text == "🗑 Dropped: Loaf of Bread ×3"
    await thumb.tap("Undo")
    assert (await thumb.world.item(await thumb.char_id(), "bread")).quantity == 3


async def test_a_thing_that_was_found_is_locked_with_two_taps(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process)
    await thumb.send("/inventory")
    await thumb.send("bow")

    await thumb.tap("Hunting Bow")
    await thumb.tap("Lock")

    assert thumb.taps == 2
    assert (await thumb.world.item(await thumb.char_id(), "hunting_bow")).locked


async def test_an_item_is_found_by_a_word(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process, *kinds(200))
    await thumb.send("/inventory")

    await thumb.send("moonlight")

    assert thumb.taps == 0
    assert "Moonlight Saber ×" in (await thumb.labels())[0]


async def test_what_was_ever_found_is_looked_up_with_three_taps(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    await process.core.gateway.add_item(char_id, "ring_of_the_void", 1)
    ring = await thumb.world.item(char_id, "ring_of_the_void")
    await process.core.gateway.drop_item(char_id, ring.id)
    await process.core.worker.drain()
    assert await process.core.events.round()

    await thumb.tap("Codex")
    assert "15 of 80 found" in await thumb.text()
    await thumb.tap("Accessories · 2 of 11")
    await thumb.tap("Ring of the Void")

    assert thumb.taps == 3
    assert "Legendary · Accessory · level 19" in await thumb.text()
    await thumb.tap("Back")
    await thumb.tap("Back")
    await thumb.tap("Back")
    await thumb.tap("Training")
    await thumb.tap_data(Open(screen=ScreenName.CODEX, owner=11).pack())
    assert "🎯 Straw dummy" in await thumb.text(), "in a fight there is no time to read"
