"""Taps that say they came from an invitation, and came from somebody's menu."""

import pytest

from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tests.journeys.test_groups_and_goodbyes import TAVERN, in_a_group
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
