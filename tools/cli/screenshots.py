"""Pictures of every screen in every language, taken of the real thing: servers, sandbox, bot, browser."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from apps.embedded import EmbeddedServers
from apps.game_core.settings import CoreSettings
from apps.settings_file import ENV_FILE
from bot.callbacks.buttons import ScreenName
from bot.cli.progress import Progress, quiet_option
from bot.incoming.polling import Polling
from bot.running import Process, open_process
from telegram_sandbox.client import SandboxClient
from telegram_sandbox.config import FloodModel, SandboxConfig
from telegram_sandbox.server import SandboxServer
from tools.cli.demo import new_token
from tools.pictures.contact_sheets.cases import chosen_cases, every_case
from tools.pictures.contact_sheets.sheets import PHONE, Camera, take_contact_sheets
from tools.pictures.sandbox_pictures import SANDBOX_PICTURES, take_sandbox_pictures
from tools.pictures.screen_walk import Walk
from tools.pictures.trade_pictures import TRADE_PICTURES, take_trade_pictures
from tools.support.chromium import FLAGS
from tools.walk.stage import Hasty

if TYPE_CHECKING:
    from playwright.async_api import Page, ViewportSize

_USERS = {"en": 1, "ru": 2}
_PHONE: "ViewportSize" = {"width": 420, "height": 900}
_DESK: "ViewportSize" = {"width": 1120, "height": 860}
_SCREENS: tuple[tuple[str, ScreenName], ...] = (
    ("2-main", ScreenName.MAIN),
    ("3-backpack", ScreenName.BACKPACK),
    ("4-quick-slots", ScreenName.QUICK_SLOTS),
    ("5-language", ScreenName.LANGUAGE),
    ("6-leave", ScreenName.LOGOUT),
)
_CARDS: tuple[tuple[str, ScreenName, str], ...] = (
    ("7-weapon", ScreenName.ITEM, "hunting_bow"),
    ("7-worn", ScreenName.ITEM, "iron_sword"),
    ("7-potion", ScreenName.ITEM, "health_potion"),
    ("7-elixir", ScreenName.ITEM, "strength_elixir"),
    ("7-material", ScreenName.ITEM, "iron_ore"),
    ("7-quest", ScreenName.ITEM, "sealed_letter"),
    ("8-slot", ScreenName.PICK_SLOT, "copper_ring"),
    ("8-quick-slot", ScreenName.PICK_QUICK_SLOT, "strength_elixir"),
    ("8-split", ScreenName.PICK_SPLIT, "iron_ore"),
    ("8-drop", ScreenName.PICK_DROP, "iron_ore"),
)
_OTHERS = 4  # an empty chat, the lobby, a question, help
_CASES = {"sheets": chosen_cases, "every": every_case}
_OF_ANY_WIDTH = (*_CASES, "trade")


@click.command()
@click.option(
    "--out",
    default=ENV_FILE.parent / "docs" / "images",
    show_default="docs/images",
    type=click.Path(path_type=Path),
)
@click.option("--all", "what", flag_value="all", help="Every screen, not only the README's picture.")
@click.option("--sandbox", "what", flag_value="sandbox", help="The chat page as docs/sandbox.md shows it.")
@click.option("--trade", "what", flag_value="trade", help="A trade as both see it, one sheet a language.")
@click.option("--sheets", "what", flag_value="sheets", help="The contact sheets of docs/screens.md.")
@click.option("--every", "what", flag_value="every", help="Sheets of every screen with 0 to 1,000 items.")
@click.option("--width", type=click.IntRange(320, 1920), help=f"Of the sheets' phone, {PHONE} if not said.")
@quiet_option
def screenshots(out: Path, what: str | None, width: int | None, *, quiet: bool) -> None:
    """Take pictures of the chat page (needs Chromium)."""
    if width is not None and what not in _OF_ANY_WIDTH:
        raise click.UsageError("--width goes with --sheets, --every or --trade")
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        EmbeddedServers(Path(data), durable=False) as servers,
        Progress("Pictures", _number(what), quiet=quiet) as progress,
    ):
        settings = CoreSettings(redis_url=servers.redis_url, database_url=servers.database_url)
        asyncio.run(_take(settings, out, what, width or PHONE, progress.advance))


def _number(what: str | None) -> int:
    match what:
        case "sandbox":
            return SANDBOX_PICTURES
        case "all":
            return len(_USERS) * (len(_SCREENS) + len(_CARDS) + _OTHERS)
        case "trade":
            return TRADE_PICTURES
        case "sheets" | "every":
            return len(_CASES[what]())
        case _:
            return 1


async def _take(
    settings: CoreSettings, out: Path, what: str | None, width: int, taken: Callable[[], None]
) -> None:
    config = SandboxConfig(port=0, flood=FloodModel(enabled=False))
    async with (
        SandboxServer(config) as sandbox,
        _bot(settings, sandbox.url) as process,
        SandboxClient(sandbox.url) as client,
        _page(sandbox.url) as page,
    ):
        walks = {language: Walk(client, process, user, language) for language, user in _USERS.items()}
        match what:
            case "sandbox":
                await take_sandbox_pictures(page, walks, out, taken)
            case "all":
                for language, walk in walks.items():
                    await _every_screen(page, walk, out, language, taken)
            case "trade":
                await take_trade_pictures(page, client, process, width, out, taken=taken)
            case "sheets" | "every":
                camera = Camera(page, client, process, width)
                await take_contact_sheets(camera, _CASES[what](), out, taken)
            case _:
                await _readme(page, walks, out)


@asynccontextmanager
async def _bot(settings: CoreSettings, url: str) -> AsyncIterator[Process]:
    # Pictures are taken faster than menus are paced for people.
    async with open_process(settings, new_token(), url, clock=Hasty()) as process:
        polling = Polling(process.bot, process.dispatcher)
        running = asyncio.create_task(polling.run())
        yield process
        polling.stop()
        await running


@asynccontextmanager
async def _page(url: str) -> AsyncIterator["Page"]:
    from playwright.async_api import async_playwright  # noqa: PLC0415 - slow to import, wanted here only

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = await browser.new_page(viewport=_DESK, device_scale_factor=1.5, color_scheme="light")
        await page.goto(url)
        yield page
        await browser.close()


async def _readme(page: "Page", walks: Mapping[str, Walk], out: Path) -> None:
    for walk in walks.values():
        await walk.dress()
    await walks["en"].open(ScreenName.MAIN)
    await walks["ru"].open(ScreenName.BACKPACK)
    await page.click("#add-view")
    await page.locator("#add-choices button").filter(has_text="Борис").first.click()
    await _picture(page, out / "chat.png")


async def _every_screen(
    page: "Page", walk: Walk, out: Path, language: str, taken: Callable[[], None]
) -> None:
    await page.set_viewport_size(_PHONE)
    await page.get_by_label("User").first.select_option(str(walk.user_id))

    async def picture(name: str) -> None:
        await _picture(page, out / f"{language}-{name}.png")
        taken()

    await picture("0-empty")
    await walk.say("/start")
    await picture("1-lobby")
    ids = await walk.dress()
    for name, screen in _SCREENS:
        await walk.open(screen)
        await picture(name)
    for name, screen, base_id in _CARDS:
        await walk.open(screen, ids[base_id])
        await picture(name)
    await walk.tap(walk.opens.confirm_drop(ids["iron_ore"], 5, page=0))
    await picture("8-confirm")
    await walk.player.send("/help")
    await picture("9-help")


async def _picture(page: "Page", path: Path) -> None:
    await page.wait_for_timeout(350)
    await page.screenshot(path=path)
