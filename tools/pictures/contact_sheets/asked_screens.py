"""The screens that ask, answer and end something: they show little of the bag, and are looked at once."""

from collections.abc import Callable

from apps.game_core.modules.inventory.contracts import ItemView
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.items.contracts import ItemType
from bot.callbacks.buttons import Do, Fight, Open, ScreenName, Train, chapter_number
from bot.callbacks.makers import Opens
from tools.pictures.contact_sheets.merchant_screens import AT_THE_MERCHANTS
from tools.pictures.contact_sheets.subjects import Subject, Way, opens, opens_item
from tools.pictures.screen_walk import Walk

_ORE = "iron_ore"
_FEW = (14,)
"""So that something is still to be found."""


def _potion(item: ItemView) -> bool:
    return bool(item.effects)


def _ring(item: ItemView) -> bool:
    return item.wearable and len(item.slots) > 1


def _of_set(screen: ScreenName) -> Way:
    async def way(walk: Walk, _: str) -> None:
        await walk.tap((await walk.acts()).new_loadout(Do.SAVE_LOADOUT, 1))
        for each in (await walk.view()).loadouts:
            await walk.tap(Opens(walk.user_id).loadout(screen, each.id))

    return way


def _of_stack(opened: Callable[[Opens, ItemView], Open]) -> Way:
    async def way(walk: Walk, _: str) -> None:
        await walk.process.core.gateway.perform(await walk.char_id(), AddItem(base_id=_ORE, quantity=12))
        ore = next(
            item for item in (await walk.view()).backpack if item.base_id == _ORE and item.quantity > 1
        )
        await walk.tap(opened(walk.opens, ore))

    return way


def _asks(screen: ScreenName) -> Way:
    return _of_stack(lambda opens, ore: Open(screen=screen, owner=opens.owner, item=ore.id))


async def _use_quick(walk: Walk, _: str) -> None:
    index, item = next((at, item) for at, item in enumerate((await walk.view()).quick_slots) if item)
    await walk.tap(walk.opens.confirm_use_quick(item.id, index))


async def _news(walk: Walk, _: str) -> None:
    await walk.tap((await walk.acts()).all(Do.LOOK_BACK))


async def _fill(walk: Walk, _: str) -> None:
    await walk.tap((await walk.acts()).quick_slot(Do.FROM_QUICK, 0, 0))
    await walk.tap(walk.opens.fill_quick_slot(0))


async def _fought(walk: Walk, _: str) -> None:
    await walk.tap(Fight(do=Train.START, owner=walk.user_id))
    await walk.player.tap(walk.ui.label("fight_to_end"))


async def _help(walk: Walk, _: str) -> None:
    await walk.say("/help")


async def _chapter(walk: Walk, _: str) -> None:
    await walk.tap(walk.opens.chapter(chapter_number(ItemType.ARMOR)))


async def _kind(walk: Walk, _: str) -> None:
    await _chapter(walk, _)
    await walk.player.tap(walk.ui.translator.item_name("Leather Armor"))


ASKED = (
    Subject("language", opens(ScreenName.LANGUAGE)),
    Subject("leave", opens(ScreenName.LOGOUT)),
    Subject("erase", opens(ScreenName.ERASE)),
    Subject("help", _help),
    Subject("best set", opens(ScreenName.BEST_SET)),
    Subject("news", _news),
    Subject("a set", _of_set(ScreenName.LOADOUT)),
    Subject("name a set", opens(ScreenName.NAME_LOADOUT)),
    Subject("forget a set", _of_set(ScreenName.FORGET_LOADOUT)),
    Subject("fill a quick slot", _fill),
    Subject("which slot", opens_item(ScreenName.PICK_SLOT, _ring)),
    Subject("which quick slot", opens_item(ScreenName.PICK_QUICK_SLOT, _potion)),
    Subject("split", _asks(ScreenName.PICK_SPLIT)),
    Subject("drop", _asks(ScreenName.PICK_DROP)),
    Subject("really drop", _of_stack(lambda opens, ore: opens.confirm_drop(ore.id, ore.quantity, 0))),
    Subject("really use", opens_item(ScreenName.CONFIRM_USE, _potion)),
    Subject("really use from a quick slot", _use_quick),
    Subject("a fight's end", _fought),
    Subject("codex", opens(ScreenName.CODEX), sizes=_FEW),
    Subject("chapter of the codex", _chapter, sizes=_FEW),
    Subject("kind in the codex", _kind, sizes=_FEW),
    *AT_THE_MERCHANTS,
)
