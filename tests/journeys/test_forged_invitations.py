"""Taps that say they came from an invitation, and came from somebody's menu."""

import re

import pytest

from bot.callbacks.codes import to_base36
from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tests.journeys.test_groups_and_goodbyes import TAVERN, in_a_group
from tests.support.thumb import new_thumb
from tools.support.patience import PATIENCE


@pytest.mark.parametrize("data", ["h:no:c:0:0:0", "h:si:c:0:0:0", "h:no:c:1:0:1"])
async def test_a_bystander_has_nobodys_menu_deleted(
    client: SandboxClient, process: Process, data: str
) -> None:
    alice, bob = await in_a_group(client, process, 11, 12)
    await alice.send("/inventory")
    menu = await alice.menu()

    await client.tap(12, TAVERN, menu.message_id, data)
    await process.board.settled(PATIENCE)
    await process.courtesies.settled(PATIENCE)

    assert menu.message_id in [each.message_id for each in await client.messages(TAVERN)]
    assert bob is not alice


async def test_who_was_not_invited_declines_nothing(client: SandboxClient, process: Process) -> None:
    """Whoever has seen the link knows both numbers."""
    alice, stranger = await new_thumb(client, process), await new_thumb(client, process, user_id=13)
    await alice.send("/trade")
    buttons = (await alice.menu()).buttons
    linked = re.search(r"trade_([0-9a-z]+)_([0-9a-z]+)", str(buttons))
    assert linked
    own, before = (await stranger.menu()).message_id, await client.messages(11)

    await client.tap(13, 13, own, f"h:no:{to_base36(13)}:{linked[1]}:0:{linked[2]}")
    await process.partners.settled(PATIENCE)
    await process.board.settled(PATIENCE)

    assert len(await client.messages(11)) == len(before)
    assert own in [each.message_id for each in await client.messages(13)]
