"""Filtering, ordering, searching and clearing out the backpack, tapped through the sandbox."""

import json
from collections.abc import Awaitable, Callable

import pytest

from bot.callbacks.buttons import Open, ScreenName
from bot.running import Process
from telegram_sandbox.client import ChatMessage, Player, SandboxClient
from tests.support.big_bags import kinds
from tests.support.redis_answers import answered
from tests.support.thumb import Thumb, new_thumb
from tools.support.patience import PATIENCE

KINDS = tuple(sorted(kinds(40)))[:12]
SWORDS = ("dragon_blade", "steel_sword", "rusty_sword")


async def opened(thumb: Thumb) -> Thumb:
    await thumb.send("/inventory")
    await thumb.tap("Backpack")
    return thumb


async def rows(thumb: Thumb) -> list[str]:
    """Labels of the item buttons on the page."""
    return [row[0].text for row in (await thumb.menu()).rows if row[0].text[0] in "⚪🟢🔵🟣🟠"]


async def test_a_filter_hides_the_rest_and_is_said_in_words(client: SandboxClient, process: Process) -> None:
    thumb = await opened(await new_thumb(client, process))

    await thumb.tap("Filter")
    await thumb.tap("Accessories")

    assert await rows(thumb) == ["⚪️ 💍 Copper Ring ▲+5\xa0%"]
    assert "💍 Accessories" in await thumb.text()
    assert "1 item found" in await thumb.text()


async def test_filters_add_up_and_a_second_tap_takes_one_back(
    client: SandboxClient, process: Process
) -> None:
    thumb = await opened(await new_thumb(client, process, *SWORDS))
    await thumb.tap("Filter")
    await thumb.tap("Weapons")
    await thumb.tap("Filter")
    await thumb.tap("Legendary")
    assert [row for row in await rows(thumb) if "Dragon Blade" not in row] == []

    await thumb.tap("Filter")
    await thumb.tap("✓ 🟠 Legendary")

    assert len(await rows(thumb)) == 5


async def test_nothing_found_says_so_and_offers_everything(client: SandboxClient, process: Process) -> None:
    thumb = await opened(await new_thumb(client, process))
    await thumb.tap("Filter")
    await thumb.tap("Legendary")
    assert "Nothing of the kind" in await thumb.text()

    await thumb.tap("Show everything")

    assert len(await rows(thumb)) == 9


async def test_the_first_and_the_last_page_have_no_button_that_leads_nowhere(
    client: SandboxClient, process: Process
) -> None:
    thumb = await opened(await new_thumb(client, process, *KINDS))
    seen = []
    for _ in range(3):
        seen.append(next(labels for labels in await labelled(thumb) if any("/" in each for each in labels)))
        if "▶️" in seen[-1]:
            await thumb.tap("▶️")

    assert seen == [["1 / 3", "▶️"], ["◀️", "2 / 3", "▶️"], ["◀️", "3 / 3"]]


async def labelled(thumb: Thumb) -> list[list[str]]:
    return [[each.text for each in row] for row in (await thumb.menu()).rows]


async def test_every_order_puts_its_best_first(client: SandboxClient, process: Process) -> None:
    thumb = await opened(await new_thumb(client, process, *SWORDS))
    firsts = {}
    for order in ("By name", "Most valuable", "Rarest", "By level", "Newest", "Best to wear"):
        await thumb.tap("Sort")
        await thumb.tap(order)
        firsts[order] = (await rows(thumb))[0]

    assert "Bread" in firsts["By name"] or "Apple" in firsts["By name"] or "Copper Ring" in firsts["By name"]
    for order in ("Most valuable", "Rarest", "By level", "Best to wear"):
        assert "Dragon Blade" in firsts[order], order
    assert "🆕" in firsts["Newest"]


async def test_groups_have_headings_with_counts(client: SandboxClient, process: Process) -> None:
    thumb = await opened(await new_thumb(client, process))
    await thumb.tap("Sort")
    await thumb.tap("By type")

    text = await thumb.text()

    assert "⚔️ Weapons · 2" in text
    assert "🛡 Armor · 5" in text


async def test_the_choice_survives_closing_and_a_restarted_menu(
    client: SandboxClient, process: Process
) -> None:
    thumb = await opened(await new_thumb(client, process))
    await thumb.tap("Filter")
    await thumb.tap("Weapons")
    await thumb.tap("Back")
    await thumb.tap("Close")

    await opened(thumb)

    assert len(await rows(thumb)) == 2


async def test_a_search_finds_by_the_name_in_the_players_language(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process, "moonlight_saber", user_id=12, language="ru")
    await thumb.send("/inventory")
    await thumb.tap("Рюкзак")
    await thumb.tap("Поиск")

    await thumb.send("  ЛУННОГО   света ")

    assert await rows(thumb) != []
    assert all("Сабля лунного света" in row for row in await rows(thumb))
    assert "🔍\xa0«ЛУННОГО света»" in await thumb.text()


async def test_a_search_can_be_called_off(client: SandboxClient, process: Process) -> None:
    thumb = await opened(await new_thumb(client, process))
    await thumb.tap("Find")
    assert "What are you looking for?" in await thumb.text()
    await thumb.tap("Cancel")
    assert len(await rows(thumb)) == 9
    await thumb.tap("Back")
    await thumb.tap("Close")

    await thumb.send("sword")

    assert "What you can do" in await thumb.text()


async def test_a_search_that_found_something_is_ended_by_one_tap(
    client: SandboxClient, process: Process
) -> None:
    thumb = await searched(client, process)
    assert "🔍" in await thumb.text()

    await thumb.tap("End search")

    assert len(await rows(thumb)) == 2
    assert "🔍" not in await thumb.text()
    assert "⚔️ Weapons" in await thumb.text()
    assert not [label for label in await thumb.labels() if "End search" in label]


async def close(thumb: Thumb) -> None:
    await thumb.tap("Back")
    await thumb.tap("Close")


async def leave(thumb: Thumb) -> None:
    await thumb.send("/logout")


async def start(thumb: Thumb) -> None:
    await thumb.send("/start")


async def test_what_is_above_a_kept_view_or_a_search_leaves_the_page_its_height(
    client: SandboxClient, process: Process
) -> None:
    thumb = await opened(await new_thumb(client, process, *kinds(200)))
    plain = len((await thumb.menu()).rows)

    await thumb.send("a")
    searched_ = len((await thumb.menu()).rows)
    await thumb.tap("Sort")
    await thumb.tap("By name")
    await thumb.tap("Sort")
    await thumb.tap("Save this view")
    await thumb.send("/inventory")
    await thumb.tap("Backpack")
    await thumb.send("a")
    kept_and_searched = len((await thumb.menu()).rows)

    assert plain == searched_ == kept_and_searched == 12


@pytest.mark.parametrize("go", [close, leave, start])
async def test_a_search_ends_with_the_inventory_and_the_filters_stay(
    client: SandboxClient, process: Process, go: Callable[[Thumb], Awaitable[None]]
) -> None:
    thumb = await searched(client, process)

    await go(thumb)
    await opened(thumb)

    assert len(await rows(thumb)) == 2
    assert "🔍" not in await thumb.text()


async def test_a_search_is_not_narrowed_by_an_older_filter_and_a_newer_one_ends_it(
    client: SandboxClient, process: Process
) -> None:
    thumb = await opened(await new_thumb(client, process))
    await thumb.tap("Filter")
    await thumb.tap("Weapons")

    await thumb.send("bread")
    assert ["Bread" in row for row in await rows(thumb)] == [True]
    assert "Weapons" not in await thumb.text()

    await thumb.tap("Filter")
    await thumb.tap("Accessories")
    assert ["Copper Ring" in row for row in await rows(thumb)] == [True]
    assert "🔍" not in await thumb.text()


async def test_what_is_written_in_a_group_is_no_search(client: SandboxClient, process: Process) -> None:
    thumb = await opened(await new_thumb(client, process))
    await client.add_chat(-500, "Tavern", [11])
    group = thumb.player.within(-500)
    sent = await group.send("/inventory")
    await group._until(lambda message: message.message_id > sent, "a menu", PATIENCE)
    await process.board.settled(2)
    before = await group.messages()

    await group.send("sword")
    await process.board.settled(2)

    assert [message.text for message in (await group.messages()) if message.from_bot] == [
        message.text for message in before if message.from_bot
    ]


async def searching_in_a_group(client: SandboxClient, process: Process) -> tuple[Player, ChatMessage]:
    """Somebody who has tapped on Find beside Bob, and the question that the bot asks there."""
    thumb, bob = await new_thumb(client, process), await new_thumb(client, process, user_id=12)
    await client.add_chat(-500, "Tavern", [11, 12])
    await Thumb(bob.player.within(-500), process).send("/inventory")
    group = thumb.player.within(-500)
    await Thumb(group, process).send("/inventory")
    await Thumb(group, process).tap("Backpack")
    await Thumb(group, process).tap("Find")
    asked = await group.sees("what are you looking for? Reply to this message")
    await process.board.settled(2)
    return group, asked


async def test_a_search_in_a_group_is_the_reply_to_a_question(
    client: SandboxClient, process: Process
) -> None:
    group, asked = await searching_in_a_group(client, process)
    await client.send(11, "bow", chat_id=-500, reply_to=asked.message_id)

    found = await group.sees("1 item found")

    assert asked.text.startswith("🔍 Alice, ")
    assert asked.reply_markup == {
        "force_reply": True,
        "selective": True,
        "input_field_placeholder": "A part of its name",
    }
    assert found.button("Hunting Bow")
    await process.board.settled(2)

    await process.courtesies.settled(2)
    assert asked.message_id not in {message.message_id for message in await group.messages()}


@pytest.mark.parametrize("answer", ["somebody else's", "no answer", "to somebody else"])
async def test_in_a_group_only_the_own_answer_is_a_search(
    client: SandboxClient, process: Process, answer: str
) -> None:
    group, asked = await searching_in_a_group(client, process)
    before = await group.messages()
    nice = await client.send(12, "nice bow", chat_id=-500)

    if answer == "somebody else's":
        await client.send(12, "bow", chat_id=-500, reply_to=asked.message_id)
    else:
        reply_to = nice if answer == "to somebody else" else None
        await client.send(11, "bow", chat_id=-500, reply_to=reply_to)
    await Thumb(group, process).send("/help")

    said = [message.text for message in await group.messages() if message.from_bot]
    assert not [text for text in said if "item found" in text or "items found" in text]
    assert len(said) == len([message for message in before if message.from_bot])


async def test_find_tapped_twice_asks_once(client: SandboxClient, process: Process) -> None:
    group, _ = await searching_in_a_group(client, process)
    await Thumb(group, process).tap_data(Open(screen=ScreenName.SEARCH, owner=11).pack())

    asked = [message for message in await group.messages() if "Reply to this message" in message.text]
    assert len(asked) == 1


async def searched(client: SandboxClient, process: Process) -> Thumb:
    """A backpack filtered to two weapons, of which a search has found one."""
    thumb = await opened(await new_thumb(client, process))
    await thumb.tap("Filter")
    await thumb.tap("Weapons")
    await thumb.tap("Find")
    await thumb.send("bow")
    assert len(await rows(thumb)) == 1
    return thumb


async def test_a_command_while_searching_is_a_command(client: SandboxClient, process: Process) -> None:
    thumb = await opened(await new_thumb(client, process))
    await thumb.tap("Find")

    await thumb.send("/inventory")

    assert "· level 1" in await thumb.text()


async def test_searching_stays_within_the_inventory_and_writes_nothing(
    client: SandboxClient, process: Process
) -> None:
    thumb = await opened(await new_thumb(client, process))
    await thumb.tap("Copper Ring")
    await thumb.tap("Lock")
    await thumb.tap("Back")
    await thumb.tap("Find")
    await thumb.send("ring")

    assert await thumb.world.is_indexed(await thumb.char_id())
    assert await thumb.world.query("SELECT 1 FROM inventory_operations WHERE version > 0") == []


async def test_marked_things_are_dropped_together_after_one_question(
    client: SandboxClient, process: Process
) -> None:
    thumb = await opened(await new_thumb(client, process))
    char_id = await thumb.char_id()
    await thumb.tap("Clear out")
    await thumb.tap("Copper Ring")
    await thumb.tap("Hunting Bow")
    assert "2 marked" in await thumb.text()

    await thumb.tap("Drop (2)")
    assert "Drop 2 things?" in await thumb.text()
    assert "Copper Ring" in await thumb.text()
    said = await thumb.tap("Yes, drop ×2")

    assert said.text == "🗑 Dropped 2 things"
    left = {item.base_id for item in (await process.core.gateway.view(char_id)).backpack}
    assert len(left) == 12
    assert not left & {"copper_ring", "hunting_bow"}
    await process.core.gateway.sync_inventory(char_id)
    await thumb.world.unpack_ledger()
    [entry] = await thumb.world.query("SELECT kind, payload FROM inventory_operations WHERE version > 0")
    assert entry.kind == "drop_many"
    assert len(entry.payload["item_ids"]) == 2


async def test_a_clear_out_can_be_taken_back(client: SandboxClient, process: Process) -> None:
    thumb = await opened(await new_thumb(client, process))
    before = (await process.core.gateway.view(await thumb.char_id())).backpack
    for label in ("Clear out", "Copper Ring", "Hunting Bow", "Drop (2)", "Yes, drop"):
        await thumb.tap(label)

    said = await thumb.tap("Undo")

    assert said.text == "↩️ 2 things are back in the backpack"
    assert (await process.core.gateway.view(await thumb.char_id())).backpack == before
    assert (await thumb.menu()).button("Undo") is None


async def test_all_that_a_filter_shows_is_marked_but_locked_and_quest_things(
    client: SandboxClient, process: Process
) -> None:
    thumb = await opened(await new_thumb(client, process))
    await thumb.tap("Copper Ring")
    await thumb.tap("Lock")
    await thumb.tap("Back")
    await thumb.tap("Clear out")
    await thumb.tap("Mark all (12)")
    await thumb.tap("Drop (12)")

    await thumb.tap("Yes, drop")

    left = {item.base_id for item in (await process.core.gateway.view(await thumb.char_id())).backpack}
    assert left == {"copper_ring", "sealed_letter"}


async def test_what_was_not_asked_about_is_not_dropped(client: SandboxClient, process: Process) -> None:
    thumb = await opened(await new_thumb(client, process))
    await thumb.tap("Clear out")
    await thumb.tap("Copper Ring")
    await thumb.tap("Drop (1)")
    asked = (await thumb.menu()).button("Yes, drop")
    assert asked is not None
    await thumb.tap("Keep them")
    await thumb.tap("Hunting Bow")

    said = await thumb.tap_data(asked.callback_data or "")

    assert said.alert == "This button is out of date. Here is how things stand."
    assert len((await process.core.gateway.view(await thumb.char_id())).backpack) == 14


async def test_a_stack_that_grew_since_the_question_is_asked_about_again(
    client: SandboxClient, process: Process
) -> None:
    thumb = await opened(await new_thumb(client, process))
    for label in ("▶️", "Clear out", "Iron Ore", "Drop (1)"):
        await thumb.tap(label)
    asked = (await thumb.menu()).button("Yes, drop")
    assert asked is not None
    await process.core.gateway.add_item(await thumb.char_id(), "iron_ore", 3)

    said = await thumb.tap_data(asked.callback_data or "")

    assert said.alert == "This button is out of date. Here is how things stand."
    assert await thumb.world.pieces(await thumb.char_id(), "iron_ore") == 15


async def test_a_thousand_items_stay_within_the_messengers_limits(
    client: SandboxClient, process: Process
) -> None:
    thumb = await opened(await new_thumb(client, process, *kinds(1_000)))
    await thumb.tap("Sort")
    await thumb.tap("By type")
    assert "page 1 of 41" in await thumb.text()
    for label in ("▶️", "Clear out", "Mark all", "▶️", "Drop ("):
        await thumb.tap(label)
        menu = await thumb.menu()
        assert len(menu.rows) <= 12
        assert all(len(row) <= 8 for row in menu.rows)
        assert len(menu.text) <= 4096
        assert all(len(button.callback_data or "") <= 64 for button in menu.buttons)
    assert "more" in await thumb.text()

    await thumb.tap("Yes, drop")

    left = await process.core.gateway.view(await thumb.char_id())
    assert all(not item.droppable for item in left.backpack)


async def test_a_remembered_choice_from_another_version_is_forgotten(
    client: SandboxClient, process: Process
) -> None:
    thumb = await opened(await new_thumb(client, process))
    await thumb.tap("Filter")
    await thumb.tap("Weapons")
    choice = json.dumps({"backpack": {"filter_type": "spaceship"}})
    await answered(process.core.redis.hset("states:11", "fsm:11:11:default:data", choice))

    await opened(thumb)

    assert len(await rows(thumb)) == 9


async def test_pieces_that_look_the_same_are_one_row_to_tap_mark_and_drop(
    client: SandboxClient, process: Process
) -> None:
    thumb = await opened(await new_thumb(client, process, *["steel_sword"] * 3, "rusty_sword"))
    await thumb.send("steel")
    await thumb.tap("Steel Sword ×3")
    assert "3 pieces like this in the backpack" in await thumb.text()
    await thumb.tap("Lock")
    await thumb.tap("Back")
    assert [row.count("×2") for row in await rows(thumb) if "Steel Sword" in row] == [0, 1]

    await thumb.tap("Clear out")
    await thumb.tap("Steel Sword ×2")
    assert "2 marked" in await thumb.text()
    await thumb.tap("Drop (2)")
    assert "Steel Sword ×2" in await thumb.text()
    await thumb.tap("Yes, drop")

    assert await thumb.world.pieces(await thumb.char_id(), "steel_sword") == 1


async def test_of_pieces_that_look_the_same_a_mark_is_taken_back_from_all(
    client: SandboxClient, process: Process
) -> None:
    thumb = await opened(await new_thumb(client, process, *["steel_sword"] * 3))
    await thumb.send("steel")
    await thumb.tap("Clear out")
    await thumb.tap("Steel Sword ×3")
    assert "3 marked" in await thumb.text()

    await thumb.tap("Steel Sword ×3")

    assert "Mark what may go." in await thumb.text()
