"""Pictures of every screen in every language, taken of the real thing: servers, sandbox, bot, browser."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from aiogram.filters.callback_data import CallbackData

from apps.embedded import EmbeddedServers
from apps.game_core.modules.inventory.contracts import InventoryView
from apps.game_core.settings import CoreSettings
from apps.sandbox.client import Player, SandboxClient
from apps.sandbox.config import FloodModel, SandboxConfig
from apps.sandbox.server import SandboxServer
from bot.callbacks.buttons import Act, Do, Open, Screen
from bot.cli.demo import SANDBOX_TOKEN
from bot.cli.sandbox_pictures import take_sandbox_pictures
from bot.polling import Polling
from bot.running import Process, open_process

if TYPE_CHECKING:
    from playwright.async_api import Page, ViewportSize

_BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
]
_USERS = {"en": 1, "ru": 2}
_PHONE: "ViewportSize" = {"width": 420, "height": 900}
_DESK: "ViewportSize" = {"width": 1120, "height": 860}


@click.command()
@click.option("--out", default=Path("docs/images"), show_default=True, type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Every screen, not only the README's picture.")
@click.option("--sandbox", "page_only", is_flag=True, help="The chat page as docs/sandbox.md shows it.")
def screenshots(out: Path, everything: bool, page_only: bool) -> None:
    """Take pictures of the chat page (needs Chromium)."""
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        EmbeddedServers(Path(data), durable=False) as servers,
    ):
        settings = CoreSettings(redis_url=servers.redis_url, database_url=servers.database_url)
        asyncio.run(_take(settings, out, everything=everything, page_only=page_only))


async def _take(settings: CoreSettings, out: Path, *, everything: bool, page_only: bool) -> None:
    config = SandboxConfig(port=0, flood=FloodModel(enabled=False))
    async with (
        SandboxServer(config) as sandbox,
        _bot(settings, sandbox.url) as process,
        SandboxClient(sandbox.url) as client,
        _page(sandbox.url) as page,
    ):
        walks = {language: Walk(client, process, user) for language, user in _USERS.items()}
        if page_only:
            await take_sandbox_pictures(page, walks, out)
        elif everything:
            for language, walk in walks.items():
                await _every_screen(page, walk, out, language)
        else:
            await _readme(page, walks, out)


@asynccontextmanager
async def _bot(settings: CoreSettings, url: str) -> AsyncIterator[Process]:
    async with open_process(settings, SANDBOX_TOKEN, url) as process:
        polling = Polling(process.bot, process.dispatcher)
        running = asyncio.create_task(polling.run())
        yield process
        polling.stop()
        await running


@asynccontextmanager
async def _page(url: str) -> AsyncIterator["Page"]:
    from playwright.async_api import async_playwright  # noqa: PLC0415 - slow to import, wanted here only

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=_BROWSER_ARGUMENTS
        )
        page = await browser.new_page(viewport=_DESK, device_scale_factor=1.5, color_scheme="light")
        await page.goto(url)
        yield page
        await browser.close()


@dataclass(frozen=True, slots=True)
class Walk:
    """One user's way through the screens."""

    client: SandboxClient
    process: Process
    user_id: int

    @property
    def player(self) -> Player:
        return Player(self.client, self.user_id)

    async def say(self, text: str) -> None:
        await self.player.send(text)
        await self.player.menu()

    async def tap(self, data: CallbackData) -> None:
        menu = await self.player.menu()
        await self.client.tap(self.user_id, self.user_id, menu.message_id, data.pack())

    async def open(self, screen: Screen, item: int = 0, page: int = 0, amount: int = 0) -> None:
        await self.tap(Open(screen=screen, owner=self.user_id, item=item, page=page, amount=amount))

    async def act(self, do: Do, item: int, arg: int = 0) -> None:
        reader = await self.process.core.gateway.open(await self.char_id())
        await self.tap(Act(do=do, owner=self.user_id, item=item, arg=arg, stamp=reader.stamp))

    async def view(self) -> InventoryView:
        return await self.process.core.gateway.view(await self.char_id())

    async def char_id(self) -> int:
        player = await self.process.players.find(self.user_id)
        if player is None:
            raise LookupError(self.user_id)
        return player.char_id

    async def dress(self) -> Mapping[str, int]:
        """Enter the game, put on some things, fill a quick slot; item ids by kind."""
        await self.say("/start")
        view = await self.view()
        ids = {item.base_id: item.id for item in view.backpack}
        for base_id in ("iron_sword", "iron_shield", "leather_armor", "copper_ring"):
            await self.act(Do.EQUIP, ids[base_id])
        await self.act(Do.TO_QUICK, ids["health_potion"])
        return ids


async def _readme(page: "Page", walks: Mapping[str, Walk], out: Path) -> None:
    for walk in walks.values():
        await walk.dress()
    await walks["en"].open(Screen.MAIN)
    await walks["ru"].open(Screen.BACKPACK)
    await page.click("#add-view")
    await page.locator("#add-choices button").filter(has_text="Борис").first.click()
    await _picture(page, out / "chat.png")


async def _every_screen(page: "Page", walk: Walk, out: Path, language: str) -> None:
    await page.set_viewport_size(_PHONE)
    await page.get_by_label("User").first.select_option(str(walk.user_id))

    async def picture(name: str) -> None:
        await _picture(page, out / f"{language}-{name}.png")

    await picture("0-empty")
    await walk.say("/start")
    await picture("1-lobby")
    ids = await walk.dress()
    plain: tuple[tuple[str, Screen], ...] = (
        ("2-main", Screen.MAIN),
        ("3-backpack", Screen.BACKPACK),
        ("4-quick-slots", Screen.QUICK_SLOTS),
        ("5-language", Screen.LANGUAGE),
        ("6-leave", Screen.LOGOUT),
    )
    for name, screen in plain:
        await walk.open(screen)
        await picture(name)
    cards: tuple[tuple[str, Screen, str], ...] = (
        ("7-weapon", Screen.ITEM, "hunting_bow"),
        ("7-worn", Screen.ITEM, "iron_sword"),
        ("7-potion", Screen.ITEM, "health_potion"),
        ("7-elixir", Screen.ITEM, "strength_elixir"),
        ("7-material", Screen.ITEM, "iron_ore"),
        ("7-quest", Screen.ITEM, "sealed_letter"),
        ("8-slot", Screen.PICK_SLOT, "copper_ring"),
        ("8-quick-slot", Screen.PICK_QUICK_SLOT, "strength_elixir"),
        ("8-split", Screen.PICK_SPLIT, "iron_ore"),
        ("8-drop", Screen.PICK_DROP, "iron_ore"),
        ("8-confirm", Screen.CONFIRM_DROP, "iron_ore"),
    )
    for name, screen, base_id in cards:
        await walk.open(screen, ids[base_id], amount=5)
        await picture(name)
    await walk.player.send("/help")
    await picture("9-help")


async def _picture(page: "Page", path: Path) -> None:
    await page.wait_for_timeout(350)
    await page.screenshot(path=path)
