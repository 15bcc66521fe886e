"""The bench, tapped: mended, tapped again, taken back, refused."""

import sqlalchemy as sa

from bot.callbacks.buttons import Act, Do, Open, ScreenName
from bot.handlers import acting, browsing
from bot.players.states import Inventory, Lobby
from tests.bot.conftest import USER, Played, Stage

WORN_OUT = "UPDATE inventory_items SET durability = 0 WHERE base_id = 'iron_sword'"


async def bench(stage: Stage) -> Played:
    return await stage.tap(browsing.show, Open(screen=ScreenName.BENCH, owner=USER), state=Lobby.idle)


async def worn_out(stage: Stage) -> Act:
    """A sword that broke before anybody looked, and the button that mends it."""
    async with stage.core.engine.begin() as connection:
        await connection.execute(sa.text(WORN_OUT))
    sword = await stage.item("iron_sword")
    return Act(do=Do.MEND, owner=USER, item=sword.id, stamp=await stage.stamp())


async def left(stage: Stage) -> tuple[int, int]:
    """Of the sword's durability, and of the ore."""
    sword, ore = await stage.item("iron_sword"), await stage.item("iron_ore")
    assert sword.durability is not None
    return sword.durability.current, ore.quantity


async def test_all_that_is_whole_needs_no_bench(stage: Stage) -> None:
    shown = await bench(stage)

    assert "All you have is whole." in shown.text
    assert shown.labels == ["⬅️ Back", "🎒 Inventory"]
    assert shown.state == Inventory.browsing.state


async def test_a_tap_mends_and_another_takes_it_back(stage: Stage) -> None:
    mend = await worn_out(stage)
    assert (await bench(stage)).labels[0] == "🗡️ Iron Sword 0/80 ← ⛏️ 4"

    done = await stage.tap(acting.act, mend)
    assert done.answer.text == "🔧 Whole again: Iron Sword · Iron Ore −4"
    assert done.labels == ["⬅️ Back", "🎒 Inventory", "↩️ Undo"]
    assert await left(stage) == (80, 8)

    again = await stage.tap(acting.act, mend)
    assert again.answer.text == "That is done already."
    assert await left(stage) == (80, 8)

    await stage.tap(acting.act, mend.undoing())
    assert await left(stage) == (0, 12)


async def test_what_is_missing_is_said(stage: Stage) -> None:
    mend = await worn_out(stage)
    ore = await stage.item("iron_ore")
    await stage.core.gateway.drop_item(stage.char_id, ore.id, 9)

    shown = await bench(stage)
    refused = await stage.tap(acting.act, mend)

    assert shown.labels == ["⬅️ Back", "🎒 Inventory"]
    assert "❌ 🗡️ Iron Sword 0/80 ← ⛏️ 4" in shown.text
    assert "Free to use: ⛏️\u00a0Iron Ore 3." in shown.text
    assert refused.answer.text == "That takes Iron Ore ×4. Free to use: 3 (favourites stay)."
    assert refused.answer.show_alert
    assert refused.text == shown.text
