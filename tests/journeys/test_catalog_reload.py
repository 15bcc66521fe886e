"""Row 40: an operator edits the item files of a running bot and sends it a SIGHUP."""

import json
import shutil
import signal
from pathlib import Path

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.modules.items.loader import default_catalog_dir
from apps.game_core.settings import CoreSettings
from telegram_sandbox.client import Player, SandboxClient
from telegram_sandbox.server import SandboxServer
from tests.journeys.conftest import TOKEN
from tests.support.bot_process import BotProcess, bot_process
from tools.support.patience import PATIENCE


async def hang_up(bot: BotProcess, answer: str) -> dict[str, list[str]]:
    """Send the signal and wait for what the bot logs about it."""
    bot.said.clear()
    bot.process.send_signal(signal.SIGHUP)
    said: dict[str, list[str]] = json.loads(await bot.says(answer))
    return said


async def look_at(player: Player, name: str) -> None:
    """Open the item's card, and see it: the list that was there before has a "Back" of its own."""
    await player.tap(name)
    await player.offers("Drop")


async def test_fault_40_a_catalog_is_exchanged_as_a_whole_or_not_at_all(
    sandbox: SandboxServer, settings: CoreSettings, database: AsyncEngine, redis: Redis, tmp_path: Path
) -> None:
    items = Path(shutil.copytree(default_catalog_dir(), tmp_path / "items"))
    consumables = items / "consumables.toml"
    shipped = consumables.read_text(encoding="utf-8")
    env = {"BOT_TOKEN": TOKEN, "BOT_API_URL": sandbox.url, "CATALOG_DIR": str(items), "LOG_LEVEL": "INFO"}
    async with bot_process(settings, **env) as bot, SandboxClient(sandbox.url) as client:
        await client.until_served(PATIENCE)
        alice = await client.add_user(21, "Alice")
        await alice.send("/start")
        await alice.tap("Inventory")
        await alice.tap("Backpack")
        await alice.tap("▶️")
        await look_at(alice, "Loaf of Bread")

        consumables.write_text(shipped.replace('"Loaf of Bread"', '"Rye Loaf"'), encoding="utf-8")
        assert (await hang_up(bot, "catalog reloaded"))["changed"] == ["bread"]
        await alice.tap("Back")
        await look_at(alice, "Rye Loaf")

        consumables.write_text(shipped.replace("[bread]\n", "[bread]\nweigth = -1\n"), encoding="utf-8")
        [problem] = (await hang_up(bot, "catalog refused"))["problems"]
        assert problem.startswith("consumables.toml: bread.weigth: ")
        await alice.tap("Back")
        await look_at(alice, "Rye Loaf")

        consumables.write_text(shipped.replace("[bread]\n", "[cake]\n"), encoding="utf-8")
        assert (await hang_up(bot, "catalog refused"))["problems"] == [
            "loot/dummy.toml: dummy.lines.4.base_id: no item: bread",
            "shop/merchant.toml: bread: no item of this name",
        ]
        dummy, shop = items / "loot" / "dummy.toml", items / "shop" / "merchant.toml"
        dummy.write_text(dummy.read_text(encoding="utf-8").replace('"bread"', '"cake"'), encoding="utf-8")
        shop.write_text(shop.read_text(encoding="utf-8").replace("[bread]", "[cake]"), encoding="utf-8")
        assert (await hang_up(bot, "catalog reloaded"))["removed"] == ["bread"]
        await alice.tap("Back")
        await alice.tap("Unknown item (bread)")
        await alice.sees("Unknown item (bread)")
