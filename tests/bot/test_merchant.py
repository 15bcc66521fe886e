"""The merchant's handlers, one by one."""

import pytest

from apps.game_core.modules.inventory.contracts import (
    AddCoins,
    AddItem,
    ItemView,
    LockItem,
    MarkJunk,
    SaveLoadout,
)
from apps.game_core.modules.items.contracts import Slot, Ware
from apps.game_core.modules.merchant import prices, reckoning
from bot.callbacks.buttons import Open, ScreenName
from bot.callbacks.makers import Opens, Shops
from bot.callbacks.shops import Shop
from bot.handlers import merchant
from bot.players.states import Merchant
from tests.bot.conftest import USER, Played, Stage
from tests.support.shopping import Shopper
from tests.support.world import World


async def opened(stage: Stage, screen: ScreenName, item: int = 0, page: int = 0) -> Played:
    return await stage.tap(merchant.show, Open(screen=screen, owner=USER, item=item, page=page))


async def dealt(stage: Stage, tapped: Shop) -> Played:
    return await stage.tap(merchant.deal, tapped, state=Merchant.dealing)


async def shops(stage: Stage, page: int = 0) -> Shops:
    return Shops(USER, await stage.stamp(), page)


async def given(stage: Stage, base_id: str, quantity: int = 1, *, worn: int | None = None) -> ItemView:
    made = AddItem(base_id=base_id, quantity=quantity, durability=worn)
    stack = (await stage.core.gateway.perform(stage.char_id, made)).result.stacks[0]
    return next(row for row in (await stage.view()).backpack if row.id == stack.id)


@pytest.fixture
async def rich(stage: Stage) -> Stage:
    await stage.core.gateway.perform(stage.char_id, AddCoins(amount=1_000))
    return stage


def shopper(stage: Stage) -> Shopper:
    return Shopper(World(stage.core), stage.char_id)


async def test_the_stall_has_a_button_for_all_that_can_be_done(rich: Stage) -> None:
    empty = await opened(rich, ScreenName.MERCHANT)
    assert empty.labels == ["🛒 Buy", "💰 Sell", "↩️ Buy back", "⬅️ Back", "🎒 Inventory"]
    assert empty.state == Merchant.dealing.state
    assert "🪙\u00a01,000" in empty.text

    junk, _ = await given(rich, "silver_ring"), await given(rich, "iron_sword", worn=20)
    await rich.core.gateway.perform(rich.char_id, MarkJunk(item_ids=(junk.id,)))
    full = await opened(rich, ScreenName.MERCHANT)

    deals = ["🧹 Sell junk (1) · 🪙 45", "🔧 Repair all (1) · 🪙 17", "🔧 One by one"]
    assert full.labels == ["🛒 Buy", "💰 Sell", *deals, "↩️ Buy back", "⬅️ Back", "🎒 Inventory"]


async def test_wares_say_what_they_cost_and_how_many_there_are(rich: Stage) -> None:
    shown = await opened(rich, ScreenName.WARES)
    assert "🧪 Health Potion · 🪙 25" in shown.labels
    assert "🧪 Great Health Potion · 🪙 120 📦 20" in shown.labels
    last = await opened(rich, ScreenName.WARES, page=99)
    assert "💪 Ring of Might · 🪙 540 📦 1" in last.labels

    with shopper(rich).selling():
        assert (await opened(rich, ScreenName.WARES)).labels == ["⬅️ Back"]


async def test_as_many_are_bought_as_the_button_says(rich: Stage) -> None:
    key = prices.key("health_potion")
    card = await rich.tap(merchant.show, Opens(USER).ware(key, 1))
    assert card.labels == ["🛒 1 · 🪙 25", "🛒 5 · 🪙 125", "🛒 40 · 🪙 1,000", "⬅️ Back"]

    played = await dealt(rich, (await shops(rich, 1)).buy(key, 5, 125))

    assert played.answer.text == "🛒 Bought: Health Potion ×5 −125 · 🪙 875"
    assert played.labels == ["🛒 1 · 🪙 25", "🛒 5 · 🪙 125", "🛒 35 · 🪙 875", "⬅️ Back"]
    assert (await rich.view()).coins == 875


async def test_a_tap_that_comes_twice_says_so(rich: Stage) -> None:
    tapped = (await shops(rich)).buy(prices.key("bread"), 1, 3)
    await dealt(rich, tapped)

    again = await dealt(rich, tapped)

    assert again.answer.text == "That is done already."
    assert (await rich.view()).coins == 997


async def test_what_cannot_be_had_says_why_and_shows_what_can(rich: Stage) -> None:
    key, ring = prices.key("bread"), prices.key("ring_of_might")
    with shopper(rich).worth("bread", 4):
        played = await dealt(rich, (await shops(rich)).buy(key, 1, 3))
        assert played.answer.text == "🪙 The price is 4 now. Nothing was dealt."
        assert "🍞 Loaf of Bread · 🪙 4" in played.labels
    with shopper(rich).selling(Ware("iron_ore")):
        played = await dealt(rich, (await shops(rich)).buy(key, 1, 3))
        assert played.answer.text == "That is not for sale any more."
        assert played.labels == ["⛏️ Iron Ore · 🪙 4", "⬅️ Back"]
    with shopper(rich).selling(Ware("ring_of_might", 1)):
        played = await dealt(rich, (await shops(rich)).buy(ring, 2, 1_080))
        assert played.answer.text == "🪙 That costs 1,080. In your purse: 1,000."
        await dealt(rich, (await shops(rich)).buy(ring, 1, 540))
        played = await dealt(rich, (await shops(rich)).buy(ring, 1, 540))
        assert "That costs 540" in (played.answer.text or "")
        await rich.core.gateway.perform(rich.char_id, AddCoins(amount=1_000))
        played = await dealt(rich, (await shops(rich)).buy(ring, 1, 540))
        assert (played.answer.text or "").startswith("📦 Sold out. New ones come in ")
        assert played.labels == ["💪 Ring of Might · 🪙 540 📦 0", "⬅️ Back"]
    assert played.answer.show_alert is True


async def test_a_piece_is_sold_at_a_tap_and_bought_back_at_another(stage: Stage) -> None:
    sword = await given(stage, "iron_sword", worn=40)
    shown = await opened(stage, ScreenName.SELLABLE, page=1)
    [offered] = [label for label in shown.labels if label.endswith("· 🪙 11")]
    assert "Iron Sword" in offered

    played = await dealt(stage, (await shops(stage, 1)).sell(sword.id, 1, 11))
    assert played.answer.text == "💰 Sold: Iron Sword +11 · 🪙 11"
    assert offered not in played.labels
    assert "page 2 of 2" in played.text

    sold = await opened(stage, ScreenName.SOLD)
    assert sold.labels == ["🗡️ Iron Sword · 🪙 11", "⬅️ Back"]
    [lot] = await shopper(stage).sold()
    back = await dealt(stage, (await shops(stage)).buy_back(lot.key, lot.price))
    assert back.answer.text == "↩️ Yours again: Iron Sword −11 · 🪙 0"
    assert back.labels == ["⬅️ Back"]
    again = await dealt(stage, (await shops(stage)).buy_back(lot.key, lot.price))
    assert again.answer.text == "That is done already."


async def test_a_set_that_is_torn_by_a_sale_is_named(stage: Stage) -> None:
    for base_id in ("iron_sword", "leather_helmet"):
        await stage.core.gateway.equip_item(stage.char_id, (await stage.item(base_id)).id)
    await stage.core.gateway.perform(stage.char_id, SaveLoadout(name="Sunday best"))
    helmet = next(slot.item for slot in (await stage.view()).equipped if slot.slot is Slot.HEAD)
    assert helmet is not None
    await stage.core.gateway.unequip_item(stage.char_id, Slot.HEAD)

    played = await dealt(stage, (await shops(stage)).sell(helmet.id, 1, 12))

    assert played.answer.text == "💰 Sold: Leather Helmet +12 · 🪙 12\n👕 It is missed in: Sunday best"


async def test_of_a_stack_so_many_are_sold(stage: Stage) -> None:
    flowers = await given(stage, "moon_flower", 7)
    card = await opened(stage, ScreenName.STACK, item=flowers.id)
    assert card.labels == ["💰 1 · 🪙 32", "💰 3 · 🪙 97", "💰 7 · 🪙 227", "⬅️ Back"]

    played = await dealt(stage, (await shops(stage)).sell(flowers.id, 3, 97))

    assert played.answer.text == "💰 Sold: Moonflower ×3 +97 · 🪙 97"
    gone = await opened(stage, ScreenName.STACK, item=404)
    assert gone.answer.text == "That item is not there any more."
    assert any("🪙" in label for label in gone.labels), "what there is to sell is shown"


async def test_what_is_not_for_sale_says_why(stage: Stage) -> None:
    letter = await stage.item("sealed_letter")
    ring = await stage.item("copper_ring")
    await stage.core.gateway.perform(stage.char_id, LockItem(item_id=ring.id))
    broken = await given(stage, "iron_sword", worn=0)
    said = {letter.id: "You will need this", ring.id: "It is locked", broken.id: "Nobody would give"}
    for item_id, words in said.items():
        played = await dealt(stage, (await shops(stage)).sell(item_id, 1, 0))
        assert words in (played.answer.text or "")
        assert played.answer.show_alert is True
        assert any("🪙" in label for label in played.labels), "what could be sold is shown"


async def test_junk_goes_at_a_tap(stage: Stage) -> None:
    ring, flowers = await given(stage, "silver_ring"), await given(stage, "moon_flower", 3)
    await stage.core.gateway.perform(stage.char_id, MarkJunk(item_ids=(ring.id, flowers.id)))
    junk = (await shopper(stage).stall()).junk
    assert junk is not None

    played = await dealt(stage, (await shops(stage)).sell_junk(junk.shown, junk.price))

    assert played.answer.text == "💰 Sold: Silver Ring, Moonflower ×3 +142 · 🪙 142"
    assert not any("junk" in label for label in played.labels)
    wrong = await dealt(stage, (await shops(stage)).sell_junk(junk.shown, junk.price))
    assert "The junk is something else by now" in (wrong.answer.text or "")
    assert "🛒 Buy" in wrong.labels


async def test_the_stall_says_of_how_many_more_its_next_deals_are(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    heap = [await given(stage, kind) for kind in ("silver_ring", "moon_flower", "rough_ruby")]
    await stage.core.gateway.perform(stage.char_id, MarkJunk(item_ids=tuple(item.id for item in heap)))
    for kind in ("iron_sword", "iron_shield"):
        await given(stage, kind, worn=20)
    assert " more" not in (await opened(stage, ScreenName.MERCHANT)).text
    monkeypatch.setattr(reckoning, "MOST_LOTS", 1)
    monkeypatch.setattr(reckoning, "MOST_REPAIRS", 1)

    shown = await opened(stage, ScreenName.MERCHANT)

    assert "🧹 1, and 2 more" in shown.text
    assert "🔧 1, and 1 more" in shown.text


async def test_what_is_worn_out_is_made_whole(rich: Stage) -> None:
    sword, shield = await given(rich, "iron_sword", worn=20), await given(rich, "iron_shield", worn=0)
    shown = await opened(rich, ScreenName.REPAIRS)
    each = ["🛡️ Iron Shield 0/90 · 🪙 28", "🗡️ Iron Sword 20/80 · 🪙 17"]
    assert shown.labels == ["🔧 Repair all (2) · 🪙 45", *each, "⬅️ Back"]

    one = await dealt(rich, (await shops(rich)).mend_one(sword.id, 17))
    assert one.answer.text == "🔧 Whole again: Iron Sword −17 · 🪙 983"
    assert one.labels == ["🔧 Repair all (1) · 🪙 28", each[0], "⬅️ Back"]
    every = await dealt(rich, (await shops(rich)).mend_all(28))
    assert every.answer.text == "🔧 Whole again: Iron Shield −28 · 🪙 955"
    assert "🛒 Buy" in every.labels
    whole = await dealt(rich, (await shops(rich)).mend_one(shield.id, 28))
    assert "That is whole" in (whole.answer.text or "")
