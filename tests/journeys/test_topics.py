"""A forum's topics, and groups that the bot comes to and leaves, as the sandbox simulates them."""

import pytest

from bot.running import Process
from telegram_sandbox.client import ChatMessage, Player, SandboxClient
from tests.support.thumb import Thumb, new_thumb

GUILD = -10070
NOWHERE = "I cannot write where you asked"
GONE = 9999


@pytest.fixture
async def alice(client: SandboxClient, process: Process) -> Player:
    """Known to the bot from their private chat; she owns a forum that the bot is in."""
    thumb = await new_thumb(client, process)
    await client.add_chat(GUILD, "Guild", [11], is_forum=True)
    return thumb.player


async def menu_in(alice: Player, process: Process, topic: int | None) -> ChatMessage:
    thumb = Thumb(alice.within(GUILD, topic), process)
    await thumb.send("/inventory")
    return await thumb.menu()


async def test_fault_56_a_menu_comes_where_it_was_asked_for(
    client: SandboxClient, process: Process, alice: Player
) -> None:
    trade = await client.topic(11, GUILD, "Trade")
    for topic in (trade, None, trade):
        assert (await menu_in(alice, process, topic)).topic == topic
    await Thumb(alice.within(GUILD), process).tap("Backpack")
    shown = await alice.within(GUILD).sees("page 1 of 2")
    assert shown.topic == trade


@pytest.mark.parametrize("is_general", [False, True])
async def test_fault_56_where_nothing_can_be_written_it_is_said_in_private(
    client: SandboxClient, process: Process, alice: Player, is_general: bool
) -> None:
    """Who owns the group writes in what is closed, the bot does not."""
    topic = None if is_general else await client.topic(11, GUILD, "Trade")
    await client.topic(11, GUILD, message_thread_id=topic or 1, closed=True)
    await client.send(11, "/inventory", GUILD, topic=topic)
    await alice.sees(NOWHERE)
    assert [message for message in await client.messages(GUILD) if message.from_bot] == []


async def test_fault_56_a_topic_that_is_gone_meanwhile_is_no_place(
    client: SandboxClient, process: Process, alice: Player
) -> None:
    message = {
        "message_id": GONE + 1,
        "date": 1_700_000_000,
        "chat": {"id": GUILD, "type": "supergroup", "title": "Guild", "is_forum": True},
        "from": {"id": 11, "is_bot": False, "first_name": "Alice"},
        "message_thread_id": GONE,
        "is_topic_message": True,
        "text": "/inventory",
    }
    await client.inject("message", message)
    await alice.sees(NOWHERE)
    assert (await menu_in(alice, process, None)).topic is None


async def test_a_bot_that_is_removed_and_added_again_goes_on(
    client: SandboxClient, process: Process, alice: Player
) -> None:
    old = await menu_in(alice, process, None)
    await client.set_member(GUILD, "kicked")
    await client.send(11, "/inventory", GUILD)
    await client.set_member(GUILD, "administrator")
    assert (await menu_in(alice, process, None)).message_id > old.message_id
