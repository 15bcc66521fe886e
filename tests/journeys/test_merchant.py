"""At the merchant's, tapped through from the lobby: each button in both languages, and what comes again."""

import pytest

from apps.game_core.modules.inventory.contracts import AddItem, MarkJunk
from apps.game_core.modules.merchant import prices
from apps.game_core.modules.merchant.contracts import Bulk
from bot.callbacks.buttons import Open, ScreenName
from bot.callbacks.makers import Shops
from bot.running import Process
from bot.views.ui import Ui
from telegram_sandbox.client import SandboxClient
from tests.support.invariants import check
from tests.support.thumb import Thumb, new_thumb


async def come_in(thumb: Thumb, ui: Ui) -> None:
    """With something to sell, to throw out, and to mend."""
    perform, char_id = thumb.process.core.gateway.perform, await thumb.char_id()
    for base_id, worn in (("dragon_scale", None), ("silver_ring", None), ("iron_sword", 20)):
        made = await perform(char_id, AddItem(base_id=base_id, quantity=1, durability=worn))
        if base_id == "silver_ring":
            await perform(char_id, MarkJunk(item_ids=(made.result.stacks[0].id,)))
    await thumb.tap(ui.label("merchant"))


async def tap_with(thumb: Thumb, words: str) -> str:
    """Tap what has these words, whatever else it says; what was said to it."""
    label = next(label for label in await thumb.labels() if words in label)
    said = await thumb.tap(label)
    return said.text or ""


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_every_deal_is_made_by_its_buttons(
    client: SandboxClient, process: Process, language: str
) -> None:
    thumb, ui = await new_thumb(client, process, language=language), process.uis.of(language)
    char_id, name = await thumb.char_id(), ui.translator.item_name
    await come_in(thumb, ui)

    assert name("Silver Ring") in await tap_with(thumb, ui.label("sell_junk", Bulk(1, 45, 0)))
    await thumb.tap(ui.label("sellable"))
    await thumb.tap(ui.label("next"))
    assert name("Dragon Scale") in await tap_with(thumb, name("Dragon Scale"))
    await thumb.tap(ui.label("previous"))
    await thumb.tap(ui.label("next"))
    await tap_with(thumb, name("Loaf of Bread"))
    assert name("Loaf of Bread") in await tap_with(thumb, ui.label("sell", 3, 4))
    await thumb.tap(ui.label("back"))
    assert (await thumb.world.gateway.view(char_id)).coins == 45 + 175 + 4

    await thumb.tap(ui.label("repairs"))
    assert name("Iron Sword") in await tap_with(thumb, name("Iron Sword"))
    await thumb.tap(ui.label("back"))
    await thumb.tap(ui.label("wares"))
    await tap_with(thumb, f"🧪 {name('Health Potion')} ·")
    assert name("Health Potion") in await tap_with(thumb, ui.label("buy", 5, 125))
    await thumb.tap(ui.label("back"))
    await thumb.tap(ui.label("back"))
    await thumb.tap(ui.label("sold"))
    assert name("Loaf of Bread") in await tap_with(thumb, name("Loaf of Bread"))
    assert (await thumb.world.gateway.view(char_id)).coins == 224 - 17 - 125 - 4
    assert await thumb.world.pieces(char_id, "bread") == 3

    assert await thumb.world.is_indexed(char_id)
    await thumb.tap(ui.label("back"))
    await thumb.tap(ui.label("back"))
    assert not await thumb.world.is_indexed(char_id), "leaving the merchant writes what was dealt"
    assert len([entry for entry in await thumb.world.ledger(char_id) if "merchant" in entry.op_id]) == 6
    await check(thumb.world, char_id)


async def test_a_deal_is_two_taps_from_the_lobby_and_its_undoing_two_more(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process, "silver_ring")
    await thumb.tap("Merchant")
    await thumb.tap("Sell")
    await tap_with(thumb, "Copper Ring")
    await thumb.tap("Back")
    await thumb.tap("Buy back")
    await tap_with(thumb, "Copper Ring")

    assert thumb.taps == 4 + 2
    assert (await thumb.world.gateway.view(await thumb.char_id())).coins == 0


async def test_old_buttons_doubled_taps_and_another_day_s_updates_deal_once(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process, "dragon_scale")
    char_id = await thumb.char_id()
    scale = await thumb.world.item(char_id, "dragon_scale")
    stamp = (await process.core.gateway.open(char_id)).stamp
    sell = Shops(11, stamp).sell(scale.id, 1, 175).pack()
    said = [await thumb.tap_data(sell) for _ in range(3)]
    await process.core.gateway.sync_inventory(char_id)
    await process.core.redis.flushall()

    said.append(await thumb.tap_data(sell))

    assert [each.text for each in said[1:]] == ["That is done already."] * 3
    assert (await thumb.world.gateway.view(char_id)).coins == 175
    old = await thumb.tap_data(Shops(11, "0" * 12).sell(scale.id, 1, 175).pack())
    assert old.alert == "That item is not there any more."
    odd = await thumb.tap_data(Shops(11, stamp).buy(prices.key("bread"), 0, 0).pack())
    assert odd.alert == "That makes no sense here."
    await thumb.tap_data(Open(screen=ScreenName.WARE, owner=11, item=404).pack())
    assert "For sale" in await thumb.text()

    await thumb.send("/start")
    await thumb.tap("Training")
    for data in (Open(screen=ScreenName.SOLD, owner=11), Shops(11, stamp).buy(prices.key("bread"), 1, 3)):
        refused = await thumb.tap_data(data.pack())
        assert "Not in the middle of a fight" in (refused.alert or "")
    assert (await thumb.world.gateway.view(char_id)).coins == 175
