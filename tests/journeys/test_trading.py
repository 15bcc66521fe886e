"""Two players at a table: how they come there, what each sees of the other's doings, how it ends."""

from collections.abc import Awaitable, Callable

import pytest

from apps.game_core.modules.inventory.contracts import AddCoins
from apps.game_core.modules.inventory.tables import WriteTogether
from apps.game_core.modules.trade.contracts import LookAtTable, TableView
from bot.callbacks.makers import Deals
from bot.callbacks.trading import Deal
from bot.running import Process
from telegram_sandbox.client import ChatMessage, SandboxClient
from tests.support.thumb import Thumb, new_thumb

TAVERN = -1000
MOST_TAPS = 6


async def tap(thumb: Thumb, label: str) -> str:
    """What is said of it, once everybody is shown what it did."""
    result = await thumb.tap(label)
    await thumb.process.settled(5)
    return result.text or result.alert or ""


async def send(client: SandboxClient, thumb: Thumb, text: str, reply_to: int | None = None) -> None:
    player = thumb.player
    sent = await client.send(player.id, text, player.chat_id, reply_to)
    await player._until(lambda message: message.message_id > sent, "an answer", 20)
    await thumb.process.settled(5)


async def two(client: SandboxClient, process: Process, language: str = "en") -> tuple[Thumb, Thumb]:
    """Alice and Boris, in the game and in the tavern."""
    alice = await new_thumb(client, process, user_id=11, language=language)
    boris = Thumb(await client.add_user(12, "Boris", language), process)
    await boris.send("/start")
    await client.add_chat(TAVERN, "Tavern", [11, 12])
    return alice, boris


async def link_of(thumb: Thumb) -> str:
    """What a friend sends who follows the link."""
    url = next(button.url for button in (await thumb.menu()).buttons if button.url)
    return "/start " + url.split("start%3D")[1].split("&")[0]


async def by_reply(client: SandboxClient, alice: Thumb, boris: Thumb) -> Thumb:
    """Alice's thumb in the group."""
    said = await client.send(12, "I have a helmet to spare", TAVERN)
    there = Thumb(alice.player.within(TAVERN), alice.process)
    await send(client, there, "/trade", said)
    assert "invites you to trade" in await boris.text()
    await tap(boris, "Sit down")
    return there


async def by_link(client: SandboxClient, alice: Thumb, boris: Thumb) -> Thumb:
    await tap(alice, "🤝 Trade")
    await send(client, boris, await link_of(alice))
    return alice


Inviting = Callable[[SandboxClient, Thumb, Thumb], Awaitable[Thumb]]


@pytest.mark.parametrize("invite", [by_reply, by_link])
async def test_a_whole_trade_takes_few_taps(
    client: SandboxClient, process: Process, invite: Inviting
) -> None:
    """Beside choosing what to lay. The other side's screen follows without a tap."""
    alice, boris = await two(client, process)
    alice = await invite(client, alice, boris)
    assert "🤝 Trade · Boris" in await alice.text()
    assert "🤝 Trade · Alice" in await boris.text()

    await tap(alice, "Lay something")
    chosen = (await alice.labels())[0]
    await tap(alice, chosen)
    given = (await alice.text()).split("1. ")[1].split("\n")[0]
    assert given in await boris.text()
    await tap(boris, "Lay something")
    await tap(boris, (await boris.labels())[0])
    await tap(alice, "Confirm")
    assert "You get · ✅\u00a0confirmed" in await boris.text()
    said = await tap(boris, "Confirm")

    assert said == "🤝 Done: it is yours."
    for thumb in (alice, boris):
        assert "Done!" in await thumb.text()
    assert f"Yours now\n• {given}" in await boris.text()
    assert f"Given away · Boris\n• {given}" in await alice.text()
    chosen_by = 1
    assert alice.taps - chosen_by <= MOST_TAPS
    assert boris.taps - chosen_by <= MOST_TAPS


async def test_what_somebody_has_confirmed_counts_though_they_block_the_bot(
    client: SandboxClient, process: Process
) -> None:
    alice, boris = await two(client, process)
    await by_link(client, alice, boris)
    await tap(boris, "Lay something")
    await tap(boris, (await boris.labels())[0])
    laid = (await boris.text()).split("1. ")[1].split("\n")[0]
    await tap(boris, "Confirm")
    await client.block(12)

    said = await tap(alice, "Confirm")

    assert said == "🤝 Done: it is yours."
    assert f"Yours now\n• {laid}" in await alice.text()
    await client.block(12, blocked=False)
    await send(client, boris, "/inventory")
    assert "· level 1" in await boris.text()


async def test_a_newcomer_who_follows_a_link_is_born_and_sits_down(
    client: SandboxClient, process: Process
) -> None:
    alice = await new_thumb(client, process)
    await tap(alice, "🤝 Trade")
    carol = Thumb(await client.add_user(13, "Carol"), process)

    await send(client, carol, await link_of(alice))

    assert (await carol.text()).startswith("Welcome, adventurer! Your first belongings")
    assert "🤝 Trade · Alice" in await carol.text()
    assert "🤝 Trade · Carol" in await alice.text()


async def test_who_cannot_be_written_to_is_invited_where_the_reply_was(
    client: SandboxClient, process: Process
) -> None:
    alice, _ = await two(client, process)
    await client.block(12)
    said = await client.send(12, "Anybody with iron?", TAVERN)
    there = Thumb(alice.player.within(TAVERN), process)
    await send(client, there, "/trade", said)
    [invitation] = [each for each in await client.messages(TAVERN) if each.button("Sit down")]

    foreign = await client.tap(11, TAVERN, invitation.message_id, _data(invitation, "Sit down"))
    await client.tap(12, TAVERN, invitation.message_id, _data(invitation, "Sit down"))
    await process.settled(5)

    assert "belongs to somebody else" in (foreign.alert or "")
    assert invitation.text.startswith("🤝 Boris, Alice invites you to trade.")
    shown = await client.messages(TAVERN)
    assert invitation.message_id not in {each.message_id for each in shown}
    tables = [each.text.split("\n")[0] for each in shown if each.button("Lay something")]
    assert tables == ["🤝 Trade · Boris", "🤝 Trade · Alice"]


async def test_no_is_told_to_who_has_asked(client: SandboxClient, process: Process) -> None:
    alice, boris = await two(client, process)
    before = await boris.menu()
    said = await client.send(12, "Anybody with iron?", TAVERN)
    await send(client, Thumb(alice.player.within(TAVERN), process), "/trade", said)

    assert await tap(boris, "No, thanks") == "You said no."

    assert await boris.menu() == before
    assert "🤝 Boris would rather not trade now." in await alice.text()
    await tap(alice, "To the table")
    assert "Nobody sits opposite." in await alice.text()


async def test_what_becomes_of_a_table_is_seen_only_where_it_is_shown(
    client: SandboxClient, process: Process
) -> None:
    alice, boris = await two(client, process)
    await by_link(client, alice, boris)
    await boris.send("/inventory")
    inventory = await boris.text()

    await tap(alice, "Lay something")
    await tap(alice, (await alice.labels())[0])
    assert await boris.text() == inventory
    await tap(alice, "Leave the table")

    assert await boris.text() == inventory
    await boris.send("/trade")
    assert "Nobody sits opposite." in await boris.text()


async def test_who_leaves_is_missed_at_once(client: SandboxClient, process: Process) -> None:
    alice, boris = await two(client, process)
    await by_link(client, alice, boris)

    assert await tap(boris, "Leave the table") == "🚪 You have left the table. Nothing has changed hands."

    assert "Nobody sits opposite." in await alice.text()
    assert "What next?" in await boris.text()


async def log_out(thumb: Thumb) -> None:
    await thumb.send("/logout")


async def leave_the_game(thumb: Thumb) -> None:
    await thumb.send("/start")
    await thumb.tap("Leave game")
    await thumb.tap("Save and leave")


async def close_the_inventory(thumb: Thumb) -> None:
    await thumb.send("/inventory")
    assert (await thumb.tap("Close")).text == "🚪 You have left the table. Nothing has changed hands."


async def fight(thumb: Thumb) -> None:
    await thumb.send("/start")
    await thumb.tap("Training")


async def delete_themselves(thumb: Thumb) -> None:
    await thumb.send("/delete_me")
    await thumb.tap("Delete…")
    await thumb.tap("Yes, delete everything")


@pytest.mark.parametrize("go", [log_out, leave_the_game, close_the_inventory, fight, delete_themselves])
async def test_who_goes_elsewhere_leaves_the_table(
    client: SandboxClient, process: Process, go: Callable[[Thumb], Awaitable[None]]
) -> None:
    alice, boris = await two(client, process)
    await by_link(client, alice, boris)
    assert "🤝 Trade · Boris" in await alice.text()

    await go(boris)
    await process.settled(5)

    assert "Nobody sits opposite." in await alice.text()


def written_late(process: Process, looks: int) -> None:
    """Nothing that is given is written before so many have looked at a table."""
    router, waiting = process.core.router, list[WriteTogether]()
    write, look = (router._entries[each.module, each.action][1] for each in (WriteTogether, LookAtTable))
    left = iter(range(looks))

    async def put_by(context: WriteTogether) -> None:
        waiting.append(context)

    async def look_then_write(context: LookAtTable) -> TableView:
        if waiting and next(left, None) is None:
            await write(waiting.pop())
        found: TableView = await look(context)
        return found

    router.register(WriteTogether, put_by)
    router.register(LookAtTable, look_then_write)


async def test_what_is_exchanged_later_is_seen_by_itself(client: SandboxClient, process: Process) -> None:
    """By who looks at the table; who looks at something else is told."""
    alice, boris = await two(client, process)
    await by_link(client, alice, boris)
    await process.core.gateway.perform(await alice.char_id(), AddCoins(amount=100))
    await tap(alice, "Coins")
    await tap(alice, "🪙 50")
    await tap(boris, "Confirm")
    await boris.send("/inventory")
    written_late(process, looks=5)
    confirm = _data(await alice.menu(), "Confirm")
    await tap(alice, "Confirm")

    await alice.player.sees("Done!")
    told = await boris.player.sees("🤝 Your trade is done. Opposite: Alice")
    for _ in range(2):
        await alice.tap_data(confirm)
        await process.settled(5)
    assert (await client.messages(12))[-1] == told
    await tap(boris, "To the table")
    assert "Yours now\n🪙\u00a050" in await boris.text()


async def test_a_fight_keeps_a_table_away(client: SandboxClient, process: Process) -> None:
    alice, boris = await two(client, process)
    await by_link(client, alice, boris)
    link = await process.core.router.ask(LookAtTable(await alice.char_id()))
    await boris.send("/start")
    await boris.tap("Training")

    for text in ("/trade", f"/start trade_{link.trade}_1"):
        await boris.send(text)
        assert (await boris.text()).startswith("⚔️ Not in the middle of a fight")
    said = await boris.tap_data(Deals(12, link.trade).table(Deal.LOOK).pack())

    assert "Not in the middle of a fight" in (said.alert or "")
    assert "turn 1" in await boris.text()


async def test_whom_a_reply_invites(client: SandboxClient, process: Process) -> None:
    alice, boris = await two(client, process)
    await client.add_user(13, "Carol")
    await client.add_chat(TAVERN - 1, "Inn", [11, 12, 13])
    there = Thumb(alice.player.within(TAVERN - 1), process)
    written = {user: await client.send(user, "hello", TAVERN - 1) for user in (11, 12, 13)}

    await send(client, there, "/trade", written[13])
    assert (await client.messages(TAVERN - 1))[-1].text.startswith("Carol does not play yet.")
    await send(client, there, "/trade", written[11])
    assert (await there.text()).startswith("Nobody trades with themselves.")
    await send(client, there, "/trade", (await there.menu()).message_id)
    assert "Your link leads to the empty chair" in await there.text()
    await send(client, there, "/trade", written[12])
    assert "You sit at another table, and nobody sits opposite." in await there.text()
    await tap(there, "Leave it and invite anew")
    assert "kept for Boris" in await there.text()
    assert "🤝 Trade · Boris" not in await there.text()

    invitations = [each for each in await client.messages(12) if each.button("Sit down")]
    assert [each.text.split("\n")[0] for each in invitations] == ["🤝 Alice invites you to trade."]
    await tap(boris, "Sit down")
    assert "🤝 Trade · Boris" in await there.text()


async def test_nobody_is_pestered_with_invitations(client: SandboxClient, process: Process) -> None:
    alice, _ = await two(client, process)
    there = Thumb(alice.player.within(TAVERN), process)
    said = await client.send(12, "hello", TAVERN)

    for _ in range(5):
        await send(client, there, "/trade", said)

    assert (await there.text()).startswith("🤝 Boris has your invitation already.")
    assert len([each for each in await client.messages(12) if each.button("Sit down")]) == 3


def _data(message: ChatMessage, label: str) -> str:
    button = message.button(label)
    assert button is not None
    return button.callback_data or ""
