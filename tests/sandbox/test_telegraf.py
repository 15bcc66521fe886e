"""A shop on Telegraf, unchanged but for the address, by polling and by webhook."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from telegram_sandbox.client import Player, TapButton
from telegram_sandbox.server import SandboxServer

from .telegraf_shop import installed, telegraf


@pytest.fixture(scope="session")
def modules(pytestconfig: pytest.Config) -> Path:
    """Kept between runs, as npm takes some seconds."""
    return installed(pytestconfig.cache.mkdir("telegraf"))


@pytest.fixture(params=["polling", "webhook"])
async def served(
    sandbox: SandboxServer, modules: Path, request: pytest.FixtureRequest
) -> AsyncIterator[None]:
    async with telegraf(sandbox.url, request.param, modules):
        yield


async def test_a_telegraf_bot_sells_a_potion(player: Player, tap: TapButton) -> None:
    await player.send("/start")
    welcome = await player.sees("Welcome, Alice!")
    assert [button.text for button in welcome.buttons] == ["🧪 Buy", "Map", "Sold 0"]
    assert (await tap("Buy")).text == "One potion, here you are"
    assert (await player.sees("Potions sold: 1")).message_id == welcome.message_id
    assert (await tap("Sold 1")).alert == "Please come again!"


async def test_a_telegraf_bot_uploads_a_picture(player: Player) -> None:
    await player.send("/picture")
    assert (await player.sees("Our potion")).html == "<b>Our</b> potion"


async def test_a_telegraf_bot_asks_by_a_reply_keyboard(player: Player) -> None:
    await player.send("/ask")
    asked = await player.sees("Elf or orc?")
    assert asked.reply_markup is not None
    assert [[button["text"] for button in row] for row in asked.reply_markup["keyboard"]] == [["Elf", "Orc"]]
    await player.send("Orc")
    assert (await player.sees("So you are: Orc")).reply_markup == {"remove_keyboard": True}
