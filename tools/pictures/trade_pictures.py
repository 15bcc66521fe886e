"""A trade from the invitation to its end, each step as both players see it, on one sheet a language."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from apps.game_core.modules.inventory.contracts import AddCoins, AddItem, ItemView
from apps.game_core.modules.items.contracts import Rarity, Stat
from apps.game_core.modules.trade.contracts import LookAtTable, TableView
from bot.callbacks.makers import Deals
from bot.callbacks.trading import Deal, Invitation
from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tools.pictures.contact_sheets.sheets import ADD_STYLE, PLAIN
from tools.pictures.screen_walk import Walk

if TYPE_CHECKING:
    from playwright.async_api import Page

TRADE_PICTURES = 50
_NAMES: Mapping[str, tuple[str, str]] = {"en": ("Alice", "Boris"), "ru": ("Алиса", "Борис")}
_FIRST_USER: Mapping[str, int] = {"en": 101, "ru": 103}
_TAVERN = -77
_TALL = 1200
_SETTLING = 350
_SHEET_WIDTH = 1160
_RICH = 1_540
_WORN = AddItem(
    base_id="iron_helmet",
    quantity=1,
    rarity=Rarity.EPIC,
    durability=37,
    affixes={Stat.ARMOR: 3, Stat.CRIT_CHANCE: 2},
)


@dataclass(frozen=True, slots=True)
class Step:
    """`seen`: PNGs in base64, of each who sees it."""

    title: str
    seen: tuple[str, ...]


@dataclass(slots=True)
class Trading:
    """Two players of one language, and what was photographed of them."""

    page: "Page"
    alice: Walk
    boris: Walk
    taken: Callable[[], None]
    steps: list[Step] = field(default_factory=list)

    @property
    def process(self) -> Process:
        return self.alice.process

    async def begin(self) -> None:
        names = _NAMES[self.alice.language]
        for walk, name in zip((self.alice, self.boris), names, strict=True):
            await walk.client.add_user(walk.user_id, name, walk.language)
            await walk.dress()
            await self.process.core.gateway.perform(await walk.char_id(), AddCoins(amount=_RICH))
        await self.process.core.gateway.perform(await self.alice.char_id(), _WORN)

    async def photograph(self, title: str, *walks: Walk) -> None:
        """What they see now, once both are shown all."""
        await self.process.settled(5)
        seen = []
        for walk in walks:
            await self.page.get_by_label("User").first.select_option(str(walk.user_id))
            await self.page.wait_for_timeout(_SETTLING)
            seen.append(b64encode(await self._last_message()).decode())
            self.taken()
        self.steps.append(Step(title, tuple(seen)))

    async def _last_message(self) -> bytes:
        """Once it stands still: the page may be drawing it anew just now."""
        from playwright.async_api import Error  # noqa: PLC0415 - slow to import, wanted here only

        while True:
            try:
                return await self.page.locator(".message").last.screenshot()
            except Error as error:
                if "not attached" not in error.message:
                    raise

    async def table(self) -> TableView:
        return await self.process.core.router.ask(LookAtTable(await self.alice.char_id()))

    async def tap(self, walk: Walk, deal: Deal, item: int = 0) -> None:
        trade = (await self.table()).trade if deal is not Deal.OPEN else 0
        await walk.tap(Deals(walk.user_id, trade).item(deal, item))
        await self.process.settled(5)

    async def lay(self, walk: Walk, base_id: str) -> ItemView:
        thing = next(item for item in (await walk.view()).backpack if item.base_id == base_id)
        await self.tap(walk, Deal.LAY, thing.id)
        return thing

    async def confirm(self, walk: Walk) -> None:
        view = await self.table()
        await walk.tap(Deals(walk.user_id, view.trade).confirm(view.fingerprint or 0))


async def take_trade_pictures(
    page: "Page", client: SandboxClient, process: Process, width: int, out: Path, *, taken: Callable[[], None]
) -> None:
    """`taken` hears of each picture. Sheets are called by the language."""
    for language, user in _FIRST_USER.items():
        await page.set_viewport_size({"width": width, "height": _TALL})
        await page.evaluate(ADD_STYLE, PLAIN)
        alice, boris = (Walk(client, process, user + each, language) for each in (0, 1))
        trading = Trading(page, alice, boris, taken)
        await trading.begin()
        await _meet(trading)
        await _trade(trading)
        await _elsewise(trading)
        await _lay_out(page, trading.steps, width, out / f"trade-{language}.png")


async def _meet(trading: Trading) -> None:
    alice, boris = trading.alice, trading.boris
    await alice.say("/start")
    await trading.photograph("the lobby", alice)
    await trading.tap(alice, Deal.OPEN)
    await trading.photograph("a table is opened", alice)
    link = Invitation((await trading.table()).trade, await alice.char_id()).payload
    await boris.say(f"/start {link}")
    await trading.photograph("the link was followed", alice, boris)


async def _trade(trading: Trading) -> None:
    alice, boris = trading.alice, trading.boris
    await trading.tap(alice, Deal.CHOOSE)
    await trading.photograph("lay something", alice)
    await trading.tap(alice, Deal.CHOOSE_PART)
    await trading.photograph("only part", alice)
    ore = next(item for item in (await alice.view()).backpack if item.base_id == "iron_ore")
    await trading.tap(alice, Deal.PICK_PART, ore.id)
    await trading.photograph("how many", alice)
    await trading.lay(alice, "hunting_bow")
    await trading.lay(alice, "bread")
    await trading.photograph("two things lie there", alice, boris)
    bow = (await trading.table()).own
    await trading.tap(boris, Deal.CARD, bow.items[0].id if bow else 0)
    await trading.photograph("a card", boris)
    await trading.tap(boris, Deal.COINS)
    await trading.photograph("coins", boris)
    await boris.tap(Deals(boris.user_id, (await trading.table()).trade).coins(Deal.LAY_COINS, 120))
    await trading.photograph("coins lie there", alice, boris)
    await trading.confirm(boris)
    await trading.photograph("one has confirmed", alice, boris)
    await trading.lay(alice, "iron_helmet")
    await trading.photograph("the other lays one thing more", alice, boris)
    await trading.confirm(boris)
    table = (await trading.table()).trade
    await trading.confirm(alice)
    await trading.process.settled(5)
    for walk in (alice, boris):
        await walk.tap(Deals(walk.user_id, table).table(Deal.LOOK))
    await trading.photograph("done", alice, boris)


async def _elsewise(trading: Trading) -> None:
    alice, boris = trading.alice, trading.boris
    await alice.client.add_chat(_TAVERN - alice.user_id, "Tavern", [alice.user_id, boris.user_id])
    said = await alice.client.send(boris.user_id, "…", _TAVERN - alice.user_id)
    await alice.client.send(alice.user_id, "/trade", _TAVERN - alice.user_id, said)
    await boris.player.offers(boris.ui.label("sit_down"))
    await trading.photograph("invited by a reply", boris)
    await boris.player.tap(boris.ui.label("decline"))
    await alice.player.offers(alice.ui.label("to_table"))
    await trading.photograph("the answer is no", alice)
    await alice.tap(Deals(alice.user_id, (await trading.table()).trade).table(Deal.LOOK))
    await trading.photograph("nobody came", alice)
    await alice.say(f"/start {Invitation(7, await boris.char_id()).payload}")
    await trading.photograph("nobody sits at two", alice)
    await trading.tap(alice, Deal.LOOK)
    table = (await trading.table()).trade
    await trading.tap(alice, Deal.LEAVE)
    await trading.photograph("left", alice)
    await alice.tap(Deals(alice.user_id, table).table(Deal.LOOK))
    await trading.photograph("an old button", alice)


async def _lay_out(page: "Page", steps: list[Step], width: int, path: Path) -> None:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    url = page.url
    await page.goto("about:blank")
    await page.set_viewport_size({"width": _SHEET_WIDTH, "height": 400})
    await page.set_content(environment.get_template("trade_sheet.html.j2").render(steps=steps, width=width))
    await page.screenshot(path=path, full_page=True, scale="css")
    await page.goto(url)
