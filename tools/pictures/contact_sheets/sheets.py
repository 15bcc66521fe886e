"""Contact sheets: every chosen case is set up in the real game, photographed in its chat, put on a sheet."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tools.pictures.contact_sheets.cases import Case
from tools.pictures.contact_sheets.extremes import GEAR, NAMES, bag_of
from tools.pictures.contact_sheets.heroes import Hero, born_bare
from tools.pictures.screen_walk import Walk

if TYPE_CHECKING:
    from playwright.async_api import Page, ViewportSize

PHONE = 400
"""Its width in pixels, where nobody says."""
_TALL = 1500
_SHEET: "ViewportSize" = {"width": 1472, "height": 400}
_A_SHEET = 11
_COLUMNS = 5
_FIRST_USER = 1001
_SETTLING = 350
ADD_STYLE = """(rules) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets.push(sheet);
}"""
PLAIN = ".messages { background: #dfe5ea !important; } .meta { visibility: hidden; }"
"""No wallpaper, which makes large files, and no times, which make each run another picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`png` is base64."""

    case: Case
    png: str


@dataclass(frozen=True, slots=True)
class Camera:
    """`page` shows the chats of `process`'s bot on a phone that is so many pixels wide."""

    page: "Page"
    client: SandboxClient
    process: Process
    width: int = PHONE


async def take_contact_sheets(
    camera: Camera, cases: Sequence[Case], out: Path, taken: Callable[[], None]
) -> None:
    """`taken` hears of each case's picture."""
    page = camera.page
    await page.set_viewport_size({"width": camera.width, "height": _TALL})
    await page.evaluate(ADD_STYLE, PLAIN)
    pictures = []
    for user, case in enumerate(cases, _FIRST_USER):
        walk = await set_up(camera.client, camera.process, user, case)
        pictures.append(Picture(case, await _photograph(page, walk)))
        taken()
    await page.goto("about:blank")
    await page.set_viewport_size(_SHEET)
    for number, start in enumerate(range(0, len(pictures), _A_SHEET), 1):
        await _lay_out(page, pictures[start : start + _A_SHEET], out / f"screens-{number}.png")


async def set_up(client: SandboxClient, process: Process, user: int, case: Case) -> Walk:
    """A newcomer with the name, what they own, and the way to the screen."""
    name = NAMES[case.name]
    bag = bag_of(process.core.catalog.current, case.size)
    born_bare(process.core, case.size)
    await client.add_user(user, name, case.language)
    walk = Walk(client, process, user, case.language)
    await walk.say("/start")
    await Hero(process.core, await walk.char_id()).equip(GEAR[case.gear], bag)
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
