"""Contact sheets: every chosen case is set up in the real game, photographed in its chat, put on a sheet."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tools.pictures.contact_sheets.cases import Case, chosen_cases
from tools.pictures.contact_sheets.extremes import NAMES, fill_bag, kinds, wear_only
from tools.pictures.screen_walk import Walk

if TYPE_CHECKING:
    from playwright.async_api import Page, ViewportSize

_PHONE: "ViewportSize" = {"width": 400, "height": 1500}
_SHEET: "ViewportSize" = {"width": 1472, "height": 400}
_A_SHEET = 11
_COLUMNS = 5
_WORN = {"main_hand": "iron_sword", "chest": "leather_armor", "quick_slot": "health_potion"}
_FIRST_USER = 1001
_SETTLING = 350
_ADD_STYLE = """(rules) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets.push(sheet);
}"""
_PLAIN = ".messages { background: #dfe5ea !important; } .meta { visibility: hidden; }"
"""No wallpaper, which makes large files, and no times, which make each run another picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`png` is base64."""

    case: Case
    png: str


async def take_contact_sheets(
    page: "Page", client: SandboxClient, process: Process, out: Path, taken: Callable[[], None]
) -> None:
    """`taken` hears of each case's picture."""
    await page.set_viewport_size(_PHONE)
    await page.evaluate(_ADD_STYLE, _PLAIN)
    pictures = []
    for user, case in enumerate(chosen_cases(), _FIRST_USER):
        walk = await set_up(client, process, user, case)
        pictures.append(Picture(case, await _photograph(page, walk)))
        taken()
    await page.goto("about:blank")
    await page.set_viewport_size(_SHEET)
    for number, start in enumerate(range(0, len(pictures), _A_SHEET), 1):
        await _lay_out(page, pictures[start : start + _A_SHEET], out / f"screens-{number}.png")


async def set_up(client: SandboxClient, process: Process, user: int, case: Case) -> Walk:
    """A newcomer with the name, what they own, and the way to the screen."""
    name = NAMES[case.name]
    await client.add_user(user, name, case.language)
    walk = Walk(client, process, user, case.language)
    await walk.say("/start")
    char_id = await walk.char_id()
    await wear_only(process.core, char_id, _WORN)
    await fill_bag(process.core, char_id, *kinds(process.core.catalog.current, case.size))
    await case.subject.way(walk, name)
    await process.board.settled(2)
    return walk


async def _photograph(page: "Page", walk: Walk) -> str:
    await page.get_by_label("User").first.select_option(str(walk.user_id))
    await page.wait_for_timeout(_SETTLING)
    return b64encode(await page.locator(".message.keyed").last.screenshot()).decode()


async def _lay_out(page: "Page", pictures: Sequence[Picture], path: Path) -> None:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    html = environment.get_template("sheet.html.j2").render(pictures=pictures, columns=_COLUMNS)
    await page.set_content(html)
    await page.screenshot(path=path, full_page=True, scale="css")
