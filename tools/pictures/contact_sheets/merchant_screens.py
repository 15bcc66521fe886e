"""The merchant's screens, with something to pay with, and something of everything."""

from apps.game_core.modules.inventory.contracts import AddCoins, AddItem
from apps.game_core.modules.merchant.contracts import LookAtWares
from bot.callbacks.buttons import Do, ScreenName
from bot.callbacks.makers import Shops
from tools.pictures.contact_sheets.subjects import Subject, Way
from tools.pictures.screen_walk import Walk

_LIMITED = "ring_of_might"
_ORE = "iron_ore"


async def _arrive(walk: Walk) -> None:
    await walk.process.core.gateway.perform(await walk.char_id(), AddCoins(amount=1_500))
    await walk.open(ScreenName.MERCHANT)


def _at(screen: ScreenName) -> Way:
    async def way(walk: Walk, _: str) -> None:
        await _arrive(walk)
        await walk.open(screen)

    return way


async def _stall(walk: Walk, _: str) -> None:
    await walk.tap((await walk.acts()).all(Do.MARK_SPARE))
    await _arrive(walk)


async def _ware(walk: Walk, _: str) -> None:
    await _arrive(walk)
    seen = await walk.process.core.router.ask(LookAtWares(await walk.char_id()))
    key = next(each.key for each in seen.wares if each.piece.base_id == _LIMITED)
    await walk.tap(walk.opens.ware(key, 0))


async def _stack(walk: Walk, _: str) -> None:
    await _arrive(walk)
    made = await walk.process.core.gateway.perform(await walk.char_id(), AddItem(base_id=_ORE, quantity=12))
    await walk.open(ScreenName.STACK, made.result.stacks[0].id)


async def _sold(walk: Walk, _: str) -> None:
    await _arrive(walk)
    made = await walk.process.core.gateway.perform(await walk.char_id(), AddItem(base_id=_ORE, quantity=12))
    [ore, *_rest] = made.result.stacks
    for quantity, price in ((3, 6), (5, 10)):
        await walk.tap(Shops(walk.user_id, (await walk.acts()).stamp).sell(ore.id, quantity, price))
    await walk.open(ScreenName.SOLD)


AT_THE_MERCHANTS = (
    Subject("merchant", _stall),
    Subject("for sale", _at(ScreenName.WARES)),
    Subject("a ware", _ware),
    Subject("to sell", _at(ScreenName.SELLABLE)),
    Subject("how many to sell", _stack),
    Subject("repairs", _at(ScreenName.REPAIRS)),
    Subject("sold lately", _sold),
)
