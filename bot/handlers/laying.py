"""Laying something on a table of a trade: stacks, parts of them, coins."""

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message

from apps.game_core.modules.inventory.contracts import MAX_COINS, NotEnoughCoinsError
from apps.game_core.modules.trade.contracts import Lay, LayCoins, LayPart, LookAtTable, TableView
from bot.callbacks.buttons import Facet
from bot.callbacks.trading import AtTable, Deal
from bot.endings import Ending, ends
from bot.handlers.choosing import AnswersMe
from bot.handlers.trading import changed, if_open
from bot.handlers.where import Where
from bot.players.choices import BackpackChoice
from bot.players.partners import Partners
from bot.players.states import Trading
from bot.players.visit import Visit
from bot.views.screen import Notice

_DIGITS = re.compile(r"\d+|\d{1,3}(?:([ \u00a0\u202f,'_])\d{3})(?:\1\d{3})*")
"""As a number is written: groups are of three, and all of them apart by the same."""
_DIGIT = re.compile(r"\d")


async def choose(query: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    """What of the backpack to lay: whole stacks, or parts of them."""
    choice = visit.choice
    if callback_data.do is Deal.SHOW_ALL:
        choice = choice.with_facet(Facet.ALL, "")
    view = await if_open(visit, partners, callback_data)
    if view is not None:
        parts_only = callback_data.do is Deal.CHOOSE_PART
        await _list(query, visit, view, choice, page=callback_data.page, parts_only=parts_only)


async def search(message: Message, visit: Visit) -> None:
    """A word finds what to lay."""
    view = await visit.router.ask(LookAtTable(visit.char_id))
    await _list(message, visit, view, visit.choice.with_search(message.text or ""))


async def pick_part(_: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    if view := await if_open(visit, partners, callback_data):
        inventory = await visit.gateway.open(visit.char_id)
        await visit.show(visit.trading.part(inventory, view, callback_data.item, callback_data.page))


async def lay(_: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    view = await visit.router.ask(Lay(visit.char_id, callback_data.item, callback_data.trade))
    await _laid(visit, partners, view, {callback_data.item})


async def lay_part(_: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    """What is set apart by a tap that comes twice is laid once."""
    before = await if_open(visit, partners, callback_data)
    if before is None:
        return
    what = callback_data.item, callback_data.quantity, callback_data.op_id
    view = await visit.router.ask(LayPart(visit.char_id, *what, callback_data.trade))
    await _laid(visit, partners, view, _ids(view) - _ids(before))


async def coins(query: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    """As with searches, a bot among others asks for an answer to its own question."""
    if view := await if_open(visit, partners, callback_data):
        owned = await _count(query, visit, view)
        if owned and _among_others(query):
            await visit.ask("coins_prompt", visit.ui.label("coins_placeholder"))


async def lay_coins(query: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    await _lay_coins(query, visit, partners, callback_data.coins, callback_data.trade)


async def count_coins(query: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    """A little more or less, and on with it."""
    if view := await _put(query, visit, callback_data.coins, callback_data.trade):
        await _count(query, visit, view)
        partners.hear(visit.menu.bot, view)


async def count(message: Message, visit: Visit, partners: Partners, question: Message | None = None) -> None:
    """How many coins, in digits."""
    number = number_in(message.text or "")
    if number is None:
        await _ask_again(message, visit, "not_coins")
    elif await _lay_coins(message, visit, partners, number) and question is not None:
        visit.menu.take_back(question)


def number_in(words: str) -> int | None:
    """None for what is no whole number."""
    written = words.strip()
    return int("".join(_DIGIT.findall(written))) if _DIGITS.fullmatch(written) else None


def _ids(view: TableView) -> set[int]:
    return {item.id for item in view.own.items} if view.own else set()


async def _laid(visit: Visit, partners: Partners, view: TableView, ids: Collection[int]) -> None:
    names = [visit.ui.item_name(item) for item in view.own.items if item.id in ids] if view.own else []
    notice = Notice(visit.ui.notice("laid", name=names[0])) if names else None
    await changed(visit, partners, view, notice)


async def _lay_coins(
    event: CallbackQuery | Message, visit: Visit, partners: Partners, number: int, trade: int | None = None
) -> bool:
    view = await _put(event, visit, number, trade)
    if view is not None:
        await changed(visit, partners, view, Notice(visit.ui.notice("coins_laid", number=number)))
    return view is not None


async def _put(
    event: CallbackQuery | Message, visit: Visit, number: int, trade: int | None
) -> TableView | None:
    """None: there are not so many, and they are asked again."""
    if number <= MAX_COINS:  # no purse holds more
        with suppress(NotEnoughCoinsError):
            return await visit.router.ask(LayCoins(visit.char_id, number, trade))
    ends(Ending.REFUSED)
    await _ask_again(event, visit, "too_many_coins")
    return None


async def _ask_again(event: CallbackQuery | Message, visit: Visit, why: str) -> None:
    await _count(event, visit, await visit.router.ask(LookAtTable(visit.char_id)), why)


async def _list(
    event: CallbackQuery | Message,
    visit: Visit,
    view: TableView,
    choice: BackpackChoice,
    *,
    page: int = 0,
    parts_only: bool = False,
) -> None:
    inventory = await visit.gateway.open(visit.char_id)
    await visit.choose(choice)
    await visit.at_table()
    screens = replace(visit.trading, choice=choice)
    among = _among_others(event)
    await visit.show(screens.choosing(inventory, view, page, parts_only=parts_only, among_others=among))


async def _count(event: CallbackQuery | Message, visit: Visit, view: TableView, why: str = "") -> int:
    """Ask how many coins, perhaps again; how many there are."""
    inventory = await visit.gateway.open(visit.char_id)
    await visit.at_table(Trading.counting)
    owned = inventory.view().coins
    notice = Notice(visit.ui.notice(why, owned=owned), alert=True) if why else None
    await visit.show(visit.trading.coins(inventory, view, among_others=_among_others(event)), notice)
    return owned


def _among_others(event: CallbackQuery | Message) -> bool:
    message = event.message if isinstance(event, CallbackQuery) else event
    return message is not None and message.chat.type != ChatType.PRIVATE


def setup() -> Router:
    router = Router(name="laying")
    taps = {
        choose: {Deal.CHOOSE, Deal.CHOOSE_PART, Deal.SHOW_ALL},
        pick_part: {Deal.PICK_PART},
        lay: {Deal.LAY},
        lay_part: {Deal.LAY_PART},
        coins: {Deal.COINS},
        lay_coins: {Deal.LAY_COINS},
        count_coins: {Deal.COUNT_COINS},
    }
    for handler, deals in taps.items():
        router.callback_query.register(handler, AtTable.filter(F.do.in_(deals)))
    words, alone = Where(F.text & ~F.text.startswith("/")), Where(F.chat.type == ChatType.PRIVATE)
    router.message.register(search, StateFilter(Trading.sitting), words, alone)
    router.message.register(count, StateFilter(Trading.counting), words, alone)
    router.message.register(count, StateFilter(Trading.counting), words, AnswersMe())
    return router
