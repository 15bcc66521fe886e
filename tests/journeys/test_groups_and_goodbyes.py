"""Groups with their own menus, players who block the bot, and players who want to be forgotten."""

import asyncio
from datetime import UTC, datetime

import pytest
from aiogram.enums import ChatType
from aiogram.types import Chat, Message, Update, User

from apps.game_core.modules.characters.contracts import DeleteCharacter
from bot.callbacks.buttons import Close, Erase, Open, ScreenName
from bot.players.states import Inventory
from bot.running import Process
from telegram_sandbox.client import ChatMessage, SandboxClient
from tests.support.thumb import Thumb, new_thumb

TAVERN = -1000
NO_CHARACTER = "You have no character. Send /start to begin."


async def in_a_group(client: SandboxClient, process: Process, *user_ids: int) -> list[Thumb]:
    users = [await client.add_user(user_id, f"Hero{user_id}") for user_id in user_ids]
    await client.add_chat(TAVERN, "Tavern", list(user_ids))
    thumbs = [Thumb(user.within(TAVERN), process) for user in users]
    for thumb in thumbs:
        await thumb.send("/start")
    return thumbs


async def test_everybody_in_a_group_has_a_menu_of_their_own(client: SandboxClient, process: Process) -> None:
    alice, bob = await in_a_group(client, process, 11, 12)
    await alice.send("/inventory")
    first = await alice.menu()
    await bob.send("/inventory")
    second = await bob.menu()

    said = await client.tap(11, TAVERN, first.message_id, _data(first, "Backpack"))
    await process.board.settled(2)

    shown = {message.message_id: message.text for message in await client.messages(TAVERN)}
    assert said.alert is None
    assert "Backpack" in shown[first.message_id]
    assert "Hero12" in shown[second.message_id]


async def test_only_who_was_born_this_moment_is_greeted_as_a_newcomer(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process)
    assert "Welcome, adventurer!" in await thumb.text()
    await client.add_chat(TAVERN, "Tavern", [11])
    known = Thumb(thumb.player.within(TAVERN), process)

    await known.send("/start")
    assert "What next?" in await known.text()
    await thumb.send("/start")
    assert "What next?" in await thumb.text()

    # Nor is it a question of what was kept of them.
    await process.core.redis.flushall()
    await thumb.send("/start")
    assert "What next?" in await thumb.text()


async def test_a_menu_follows_a_group_that_becomes_a_supergroup(
    client: SandboxClient, process: Process
) -> None:
    [alice] = await in_a_group(client, process, 11)
    await alice.send("/inventory")
    old = await alice.menu()
    await client.upgrade_chat(TAVERN, -100_5000)
    moved = Thumb(alice.player.within(-100_5000), process)

    await moved.send("/inventory")
    await moved.tap("Backpack")

    assert "page 1 of 2" in await moved.text()
    assert old.message_id > 0


async def test_a_player_who_blocks_the_bot_has_left_and_is_written(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    await thumb.send("/inventory")
    await thumb.tap("Backpack")
    await thumb.tap("Copper Ring")
    menu = await thumb.menu()
    await client.fault("editMessageText", "403")

    await client.tap(11, 11, menu.message_id, _data(menu, "Lock"))
    await process.board.settled(2)

    state = process.dispatcher.fsm.get_context(process.bot, 11, 11)
    assert await state.get_state() not in {each.state for each in Inventory.__all_states__}
    assert not await thumb.world.is_indexed(char_id)
    await thumb.send("/inventory")
    assert "· level 1" in await thumb.text()


async def test_deleting_oneself_asks_twice_and_leaves_nothing(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    await thumb.send("/inventory")
    await thumb.tap("Backpack")
    await thumb.tap("Copper Ring")
    await thumb.tap("Lock")

    await thumb.send("/delete_me")
    await thumb.tap("Delete…")
    assert await thumb.world.rows(char_id)
    said = await thumb.tap("Yes, delete everything")

    assert said.text == "Everything is deleted."
    tables = ("characters", "inventories", "inventory_items", "inventory_operations")
    assert [await thumb.world.query(f"SELECT 1 FROM {table}") for table in tables] == [[], [], [], []]
    assert [key async for key in process.core.redis.scan_iter("*inventory*")] == []
    await thumb.send("/start")
    assert await thumb.char_id() != char_id


async def deleted(client: SandboxClient, process: Process) -> Thumb:
    thumb = await new_thumb(client, process)
    await thumb.send("/delete_me")
    await thumb.tap("Delete…")
    await thumb.tap("Yes, delete everything")
    return thumb


@pytest.mark.parametrize("text", ["hello", "/inventory", "/help", "/delete_me", "/logout", "/nonsense"])
async def test_whoever_is_deleted_is_told_so_whatever_they_write(
    client: SandboxClient, process: Process, text: str
) -> None:
    thumb = await deleted(client, process)

    await thumb.send(text)

    assert (await client.messages(11))[-1].text == NO_CHARACTER
    assert await thumb.world.query("SELECT 1 FROM characters") == []


async def test_old_buttons_of_a_deleted_player_make_no_character(
    client: SandboxClient, process: Process
) -> None:
    thumb = await deleted(client, process)
    [*_, last] = await client.messages(11)

    for data in (
        "nonsense",
        Open(screen=ScreenName.MAIN, owner=11).pack(),
        Close(owner=11, leave=True).pack(),
    ):
        said = await client.tap(11, 11, last.message_id, data)
        assert said.alert == NO_CHARACTER

    assert await thumb.world.query("SELECT 1 FROM characters") == []


async def test_start_begins_anew_after_a_deletion(client: SandboxClient, process: Process) -> None:
    thumb = await deleted(client, process)

    await thumb.send("/start")

    assert "Welcome, adventurer!" in await thumb.text()
    assert len(await thumb.world.query("SELECT 1 FROM characters")) == 1


async def test_start_begins_anew_though_another_process_remembers_the_deleted(
    client: SandboxClient, process: Process
) -> None:
    thumb = await new_thumb(client, process)
    old = await thumb.char_id()
    await process.core.router.route("characters", "delete", DeleteCharacter(char_id=old))

    await thumb.send("/start")

    assert await thumb.char_id() != old


async def test_chatter_in_a_group_is_not_answered(client: SandboxClient, process: Process) -> None:
    """A bot that is an admin there hears it all."""
    [alice] = await in_a_group(client, process, 11)
    bob, tavern = User(id=12, is_bot=False, first_name="Bob"), Chat(id=TAVERN, type=ChatType.GROUP)
    chatter = Message(message_id=1, date=datetime.now(UTC), chat=tavern, from_user=bob, text="nice tavern")
    before = await client.messages(TAVERN)

    await process.dispatcher.feed_update(process.bot, Update(update_id=1, message=chatter))

    assert await client.messages(TAVERN) == before
    assert [row.user_id for row in await alice.world.query("SELECT user_id FROM characters")] == [11]


async def test_one_may_think_better_of_it(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    await thumb.send("/delete_me")
    await thumb.tap("Delete…")
    await thumb.tap("No, I stay")

    assert await thumb.char_id() == char_id
    assert await thumb.world.rows(char_id)


async def test_an_old_deletion_does_not_hit_a_new_character(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()

    said = await thumb.tap_data(Erase(owner=11, character=char_id + 1).pack())

    assert said.text == "This button is out of date. Here is how things stand."
    assert await thumb.world.rows(char_id)


async def test_deleting_twice_at_once_is_one_deletion(client: SandboxClient, process: Process) -> None:
    thumb = await new_thumb(client, process)
    await thumb.send("/delete_me")
    await thumb.tap("Delete…")
    menu = await thumb.menu()
    data = _data(menu, "Yes, delete everything")

    said = await asyncio.gather(*(client.tap(11, 11, menu.message_id, data) for _ in range(2)))

    assert all(each.answer for each in said)
    assert sum(each.text == "Everything is deleted." for each in said) == 1


def _data(menu: ChatMessage, label: str) -> str:
    button = menu.button(label)
    assert button is not None
    return button.callback_data or ""
