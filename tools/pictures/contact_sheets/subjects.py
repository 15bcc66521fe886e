"""The screens of the contact sheets, each with the way to it. A new screen is a line in the table."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from apps.game_core.modules.inventory.contracts import GroupBy, ItemView
from apps.game_core.modules.items.contracts import Rarity, Slot
from bot.callbacks.buttons import Choose, Do, Facet, Fight, Mark, Marking, ScreenName, Train, slot_number
from tools.pictures.contact_sheets.extremes import PLAIN
from tools.pictures.screen_walk import Walk

Way = Callable[[Walk, str], Awaitable[object]]
"""From the lobby to the screen; the text is the player's name."""

_FOUND = "🔍\u00a0"  # and a quotation mark of the language


@dataclass(frozen=True, slots=True)
class Subject:
    """`sizes` are the numbers of items that it shows differently, `named` that it shows a player's words.

    `worn`: what the hero wears.
    """

    title: str
    way: Way
    sizes: tuple[int, ...] = ()
    named: bool = False
    worn: bool = False


def opens(screen: ScreenName, *, page: int = 0) -> Way:
    return lambda walk, _: walk.open(screen, page=page)


def _opens_slot(slot: Slot) -> Way:
    return lambda walk, _: walk.tap(walk.opens.slot(slot_number(slot)))


def opens_item(screen: ScreenName, wanted: Callable[[ItemView], bool]) -> Way:
    async def way(walk: Walk, _: str) -> None:
        rows = (await walk.view()).backpack
        item = next(filter(wanted, rows), rows[0])
        await walk.open(screen, item.id)

    return way


async def _stay(_: Walk, __: str) -> None:
    """The lobby is where every way begins."""


async def _search(walk: Walk, name: str) -> None:
    """A hostile name finds nothing; in place of the plain one a word that finds something."""
    row = next(iter((await walk.view()).backpack), None)
    words = walk.ui.item_name(row) if row and name == PLAIN else name
    await walk.open(ScreenName.SEARCH)
    await walk.player.send(words)
    await walk.player.sees(_FOUND)


async def _filter(walk: Walk, _: str) -> None:
    await walk.tap(Choose(facet=Facet.RARITY, owner=walk.user_id, value=Rarity.RARE))
    await walk.open(ScreenName.FILTER)


async def _order(walk: Walk, _: str) -> None:
    await walk.tap(Choose(facet=Facet.GROUP, owner=walk.user_id, value=GroupBy.TYPE))
    await walk.open(ScreenName.ORDER)


async def _mark_all(walk: Walk, _: str) -> None:
    await walk.tap(Mark(how=Marking.ALL, owner=walk.user_id))


async def _ask_about_all(walk: Walk, name: str) -> None:
    await _mark_all(walk, name)
    await walk.open(ScreenName.CONFIRM_MARKED)


async def _fight(walk: Walk, _: str) -> None:
    await walk.tap(Fight(do=Train.START, owner=walk.user_id))


async def _junk(walk: Walk, _: str) -> None:
    for do in (Do.MARK_WORSE, Do.MARK_SPARE):
        await walk.tap((await walk.acts()).all(do))
    await walk.open(ScreenName.JUNK)


async def _loadouts(walk: Walk, _: str) -> None:
    for number in (1, 2):
        await walk.tap((await walk.acts()).new_loadout(Do.SAVE_LOADOUT, number))
    await walk.open(ScreenName.LOADOUTS)


SUBJECTS = (
    Subject("lobby", _stay, named=True),
    Subject("main", opens(ScreenName.MAIN), sizes=(0, 14, 200, 1000), named=True, worn=True),
    Subject("backpack, second page", opens(ScreenName.BACKPACK, page=1), sizes=(0, 1, 9, 10, 200, 1000)),
    Subject("found", _search, named=True),
    Subject("filter", _filter),
    Subject("order", _order),
    Subject("item card", opens_item(ScreenName.ITEM, lambda item: item.wearable), sizes=(9, 1000)),
    Subject("slot", _opens_slot(Slot.MAIN_HAND), sizes=(0, 200), worn=True),
    Subject("quick slots", opens(ScreenName.QUICK_SLOTS), worn=True),
    Subject("junk", _junk, sizes=(200,)),
    Subject("bench", opens(ScreenName.BENCH), worn=True),
    Subject("sets", _loadouts, worn=True),
    Subject("marking", _mark_all, sizes=(10, 1000)),
    Subject("confirm many", _ask_about_all, sizes=(9, 1000)),
    Subject("training", _fight, named=True),
)
