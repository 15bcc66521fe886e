"""Buttons that never lie: whatever is tapped ends in a short answer and the current state.

The numbers are those of the specification's table of faults.
"""

import asyncio
from typing import Any

import pytest
from aiogram.types import CallbackQuery, Chat, InaccessibleMessage, Message, Update, User

from apps.game_core.modules.characters.contracts import EnsureCharacter
from apps.game_core.settings import CoreSettings
from bot.callbacks.buttons import Act, Do, Open, ScreenName
from bot.running import Process, open_process
from telegram_sandbox.client import NotSeenError, SandboxClient
from telegram_sandbox.server import SandboxServer
from tests.journeys.conftest import TOKEN
from tests.support.thumb import Thumb, new_thumb

FORGED = (
    "garbage",
    "\x00",
    "a:dr",
    "o:ma:b",
    "o:zz:b:0:0:0",
    "a:zz:b:1:00000000:0:0",
    "a:eq:b:1:nothexxx:0:0",
    "inventory:equip:5:main_hand:1700000000:v1",
    "x" * 64,
    "x" * 300,
    "ы" * 60,
    "\ufffd\ufffd",
    "%s{0.__class__}'; DROP TABLE characters; --",
)
IMPOSSIBLE = (
    "a:eq:b:0:00000000:0:0",
    "a:dr:b:1:00000000:0:0",
    "a:tq:b:1:00000000:zz:0",
    "a:un:b:0:00000000:zz:0",
)


async def snapshot(thumb: Thumb) -> Any:
    return await thumb.world.document(await thumb.char_id())


def tap_of(user: User, data: str, message: Message | InaccessibleMessage | None, tap_id: str) -> Update:
    query = CallbackQuery(id=tap_id, from_user=user, chat_instance="1", message=message, data=data)
    return Update(update_id=int(tap_id), callback_query=query)


ALICE = User(id=11, is_bot=False, first_name="Alice")


@pytest.mark.parametrize("data", FORGED, ids=range(len(FORGED)))
async def test_fault_24_forged_data(client: SandboxClient, process: Process, data: str) -> None:
    thumb = await new_thumb(client, process)
    await thumb.send("/inventory")
    before = await snapshot(thumb)

    said = await thumb.tap_data(data)

    assert said.text == "This button is out of date. Here is how things stand."
    assert "· level 1" in await thumb.text()
    assert await snapshot(thumb) == before


@pytest.mark.parametrize("data", IMPOSSIBLE)
async def test_fault_24_well_formed_but_impossible(
    client: SandboxClient, process: Process, data: str
) -> None:
    thumb = await new_thumb(client, process)
    await thumb.send("/inventory")
    before = await snapshot(thumb)

    said = await thumb.tap_data(data)

    assert said.alert
    assert "🎒" in await thumb.text()
    assert await snapshot(thumb) == before


async def test_fault_25_a_bystander_in_a_group(client: SandboxClient, process: Process) -> None:
    alice, bob = await group_of_two(client, process)
    await alice.send("/inventory")
    before = await alice.menu()

    said = await bob.tap("Backpack")

    assert said.alert == "This menu belongs to somebody else. Send /inventory to open yours."
    assert (await alice.menu()).edits == before.edits


async def test_fault_25_a_bystander_without_a_character(client: SandboxClient, process: Process) -> None:
    alice, _ = await group_of_two(client, process)
    carol = await client.add_user(13, "Carol")
    await client.add_chat(-1000, "Tavern", [11, 12, 13])
    await alice.send("/inventory")
    stranger = Thumb(carol.within(-1000), process)

    said = await stranger.tap("Backpack")

    assert said.alert == "This menu belongs to somebody else. Send /inventory to open yours."


@pytest.mark.parametrize("data", ["o:ma:c:0:0:0", "garbage", "a:un:c:0:00000000:1:0"])
async def test_fault_25_a_bystander_who_forges_data(
    client: SandboxClient, process: Process, data: str
) -> None:
    alice, bob = await group_of_two(client, process)
    await alice.send("/inventory")
    before = await alice.menu()

    said = await bob.tap_data(data, before.message_id)

    assert said.answer is not None
    messages = {message.message_id: message for message in await alice.player.messages()}
    assert messages[before.message_id].text == before.text


async def test_fault_25_a_forwarded_menu_without_its_message(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    data = Open(screen=ScreenName.MAIN, owner=99).pack()

    await process.dispatcher.feed_update(process.bot, tap_of(ALICE, data, None, "500"))

    assert "Alice" in await thumb.text()
    assert "· level 1" not in await thumb.text()


async def test_fault_26_an_item_that_is_gone(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    await thumb.send("/inventory")
    await thumb.tap("Backpack")
    await thumb.tap("Copper Ring")
    await process.core.gateway.drop_item(char_id, (await thumb.world.item(char_id, "copper_ring")).id)

    said = await thumb.tap("Wear")

    assert said.alert == "That item is not there any more."
    assert "Backpack" in await thumb.text()
    assert "Copper Ring" not in " ".join(await thumb.labels())


async def test_fault_26_an_old_question_about_more_than_is_left(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    await thumb.send("/inventory")
    await thumb.tap("Backpack")
    await thumb.tap("▶️")
    await thumb.tap("Iron Ore")
    await thumb.tap("Drop")
    await thumb.tap("All (12)")
    await process.core.gateway.drop_item(char_id, (await thumb.world.item(char_id, "iron_ore")).id, 8)

    said = await thumb.tap("Yes, drop")

    assert said.alert == "Choose a number from 1 to 4."
    assert "×4" in await thumb.text()


async def test_fault_27_fifty_taps_at_once_drink_one_potion(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    await thumb.send("/inventory")
    await thumb.tap("Backpack")
    await thumb.tap("Health Potion")
    menu = await thumb.menu()
    button = menu.button("Use")
    assert button is not None

    said = await asyncio.gather(
        *(client.tap(11, 11, menu.message_id, button.callback_data or "") for _ in range(50))
    )

    assert all(each.answer is not None for each in said)
    assert sum("Used" in (each.text or "") for each in said) == 1
    assert sum(each.text == "That is done already." for each in said) == 49
    assert (await thumb.world.item(char_id, "health_potion")).quantity == 4


async def test_fault_28_an_update_that_is_delivered_twice(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    potion = await thumb.world.item(char_id, "health_potion")
    stamp = (await process.core.gateway.open(char_id)).stamp
    update = tap_of(ALICE, Act(do=Do.USE, owner=11, item=potion.id, stamp=stamp).pack(), None, "501")

    for _ in range(2):
        await process.dispatcher.feed_update(process.bot, update)

    assert (await thumb.world.item(char_id, "health_potion")).quantity == 4


NASTY = "<b>&amp;</b> \u202e 🧙🏽 {x} %s \n" * 400


async def test_fault_29_a_nasty_name(client: SandboxClient, process: Process) -> None:
    eve = await client.add_user(31, "Eve")
    await process.core.router.route(
        "characters", "ensure", EnsureCharacter(user_id=31, name=NASTY, language="en")
    )
    await Thumb(eve, process).send("/inventory")

    [menu] = [message for message in await client.messages(31) if message.rows]
    assert "<b>&amp;</b>" in menu.text
    assert "\u202e" not in menu.text
    assert len(menu.text) < 600


@pytest.mark.parametrize("text", ["<b>&amp;", "*[a-z]?", "%s {0.__class__} \\", NASTY[:4000], "🧙🏽" * 500])
async def test_fault_29_and_32_a_nasty_search(client: SandboxClient, process: Process, text: str) -> None:
    thumb = await new_thumb(client, process)
    await thumb.send("/inventory")
    await thumb.tap("Backpack")
    await thumb.tap("Find")

    await thumb.send(text)

    shown = await thumb.text()
    assert "Nothing of the kind" in shown
    assert " ".join(text.split())[:5] in shown
    assert len(shown) < 400


@pytest.mark.parametrize("code", ["../../etc", "{0.__class__}", "ru\n", "x" * 60, "ru/../../en"])
async def test_fault_33_an_unheard_of_language(client: SandboxClient, process: Process, code: str) -> None:
    thumb = await new_thumb(client, process, language=code)

    assert "Welcome, adventurer!" in await thumb.text()


async def test_fault_36_fifty_redraws_become_a_few_edits(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    await thumb.send("/inventory")
    menu = await thumb.menu()
    await client.fault("editMessageText", "delay", count=100, seconds=0.1)
    wishes = [
        Open(screen=screen, owner=11).pack() for screen in (ScreenName.BACKPACK, ScreenName.QUICK_SLOTS)
    ] * 25

    said = await asyncio.gather(*(client.tap(11, 11, menu.message_id, wish) for wish in wishes))
    await process.board.settled(3)

    assert all(each.answer is not None for each in said)
    assert max(each.latency_ms for each in said) < 20_000, "paced like redraws they would take a minute"
    assert (await thumb.menu()).edits < 15


async def test_fault_36_a_flood_wait_of_one_player_is_not_felt_by_another(
    client: SandboxClient, process: Process
) -> None:
    alice = await new_thumb(client, process)
    bob = await new_thumb(client, process, user_id=12)
    await alice.send("/inventory")
    await bob.send("/inventory")
    menu = await alice.menu()
    await client.fault("editMessageText", "429", seconds=60)
    said = await client.tap(11, 11, menu.message_id, Open(screen=ScreenName.BACKPACK, owner=11).pack())
    assert said.answer is not None

    await bob.player.tap("Backpack")

    await bob.player.sees("page 1 of 2")
    with pytest.raises(NotSeenError):
        await alice.player.sees("page 1 of 2", within=0)


async def test_fault_37_a_deleted_menu_is_replaced(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    await thumb.send("/inventory")
    old = await thumb.menu()
    backpack = old.button("Backpack")
    assert backpack is not None
    await process.bot.delete_message(11, old.message_id)

    said = await thumb.tap_data(backpack.callback_data or "", old.message_id)

    new = await thumb.menu()
    assert said.answer is not None
    assert new.message_id > old.message_id
    assert "page 1 of 2" in new.text


async def test_fault_37_a_menu_that_cannot_be_edited_is_replaced_and_dead(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process)
    await thumb.send("/inventory")
    old = await thumb.menu()
    await client.fault("editMessageText", "400")

    await thumb.tap("Backpack")

    menus = [message for message in await thumb.player.messages() if message.rows]
    assert [menu.message_id > old.message_id for menu in menus] == [True]


async def test_fault_37_an_inaccessible_menu(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    gone = InaccessibleMessage(chat=Chat(id=11, type="private"), message_id=3, date=0)

    await process.dispatcher.feed_update(
        process.bot, tap_of(ALICE, Open(screen=ScreenName.MAIN, owner=11).pack(), gone, "502")
    )

    await process.board.settled(2)
    assert "· level 1" in await thumb.text()


async def test_fault_38_a_query_that_is_too_old_still_takes_effect(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    ring = await thumb.world.item(char_id, "copper_ring")
    stamp = (await process.core.gateway.open(char_id)).stamp
    act = Act(do=Do.EQUIP, owner=11, item=ring.id, stamp=stamp)

    await process.dispatcher.feed_update(process.bot, tap_of(ALICE, act.pack(), None, "503"))

    await process.board.settled(2)
    assert "💍 Copper Ring" in await thumb.labels()


async def test_fault_38_nothing_to_modify(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    await thumb.send("/inventory")
    menu = await thumb.menu()
    refresh = menu.button("Refresh")
    assert refresh is not None

    for _ in range(3):
        assert (await thumb.tap("Refresh")).alert is None

    assert (await thumb.menu()).message_id == menu.message_id
    assert (await thumb.menu()).edits == 0


async def test_a_button_from_before_a_restart_works(
    client: SandboxClient, sandbox: SandboxServer, settings: CoreSettings, process: Process
) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    await thumb.send("/inventory")
    await thumb.tap("Backpack")
    await thumb.tap("Copper Ring")
    wear = (await thumb.menu()).button("Wear")
    assert wear is not None
    assert wear.callback_data is not None
    query = tap_of(ALICE, wear.callback_data, None, "504")

    async with open_process(settings, TOKEN, sandbox.url) as restarted:
        await restarted.dispatcher.feed_update(restarted.bot, query)
        await restarted.board.settled(2)
        worn = {each.item.name for each in (await restarted.core.gateway.view(char_id)).equipped if each.item}

    assert worn == {"Copper Ring"}


async def test_fault_40_an_item_whose_kind_is_gone_is_shown_as_unknown(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process, "bread")
    await thumb.world.execute("UPDATE inventory_items SET base_id = 'ghost_<b>' WHERE position >= 100")
    await thumb.send("/inventory")
    await thumb.tap("Backpack")
    await thumb.tap("▶️")

    await thumb.tap("Unknown item (ghost_<b>)")

    assert "Unknown item (ghost_<b>)" in await thumb.text()
    assert (await thumb.tap("Drop")).alert is None


async def group_of_two(client: SandboxClient, process: Process) -> tuple[Thumb, Thumb]:
    """Alice (11) and Bob (12) in a group with the bot."""
    alice = await client.add_user(11, "Alice")
    bob = await client.add_user(12, "Bob")
    await client.add_chat(-1000, "Tavern", [11, 12])
    thumbs = Thumb(alice.within(-1000), process), Thumb(bob.within(-1000), process)
    for thumb in thumbs:
        await thumb.send("/start")
    return thumbs
