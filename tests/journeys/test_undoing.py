"""One tap takes back whatever moved or used something, on the screen that follows it."""

import pytest

from apps.game_core.modules.inventory.contracts import InventoryView
from apps.game_core.modules.items.contracts import Slot
from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tests.support.thumb import new_thumb

DEEDS = {
    "wear": ("Backpack", "Iron Sword", "Wear"),
    "wear in a chosen slot": ("➕ 🪖", "Leather Helmet"),
    "wear the best": ("Wear best", "Wear all"),
    "drink": ("Backpack", "Health Potion", "Use"),
    "set a quick slot": ("➕ ⚡ 1", "Bread"),
    "split": ("Backpack", "Health Potion", "Split", "Half"),
    "drop": ("Backpack", "Copper Ring", "Drop", "Yes, drop"),
}
WORN = {
    "take off": ("⚔️ Iron Sword", "Take off"),
    "drink from a quick slot": ("1 🧪",),
    "empty a quick slot": ("⚡ ⋯", "[1]", "To backpack"),
    "wear over something": ("⚔️ Iron Sword", "Hunting Bow"),
}


@pytest.mark.parametrize("name", [*DEEDS, *WORN])
async def test_one_tap_takes_it_back(client: SandboxClient, process: Process, name: str) -> None:
    thumb = await new_thumb(client, process)
    char_id, gateway = await thumb.char_id(), process.core.gateway
    if name in WORN:
        await gateway.equip_item(char_id, (await thumb.world.item(char_id, "iron_sword")).id)
        potion = await thumb.world.item(char_id, "health_potion")
        await gateway.move_to_quick_slot(char_id, potion.id, 0)
    before = await gateway.view(char_id)
    await thumb.send("/inventory")
    for label in (DEEDS | WORN)[name]:
        await thumb.tap(label)
    assert stands(await gateway.view(char_id)) != stands(before)

    said = await thumb.tap("Undo")

    assert said.alert is None
    assert "↩️" in (said.text or "")
    assert stands(await gateway.view(char_id)) == stands(before)
    assert "↩️ Undo" not in await thumb.labels()


async def test_an_undo_that_comes_too_late_to_fit_says_why(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    await thumb.send("/inventory")
    await thumb.tap("➕ 🪖")
    await thumb.tap("Leather Helmet")
    await process.core.gateway.unequip_item(char_id, Slot.HEAD)

    said = await thumb.tap("Undo")

    assert "cannot be taken back" in (said.alert or "")
    assert "🪖 Head" in await thumb.text()


def stands(view: InventoryView) -> tuple[object, ...]:
    return view.equipped, view.backpack, view.quick_slots, view.stats.hp, view.buffs
