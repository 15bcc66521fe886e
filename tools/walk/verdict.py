"""After the walk: whether inventories are what was given and done, and menus show how things stand."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from aiogram.types import Message

from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.adapters.postgres.trade_accounts import PostgresTradeAccounts
from apps.game_core.modules.inventory.history import History
from apps.game_core.modules.inventory.inventory.codec import decode_operation, singly
from apps.game_core.modules.inventory.inventory.logic.audit import findings
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive
from apps.game_core.modules.trade.audit import trade_findings
from bot.players.characters import Player
from bot.running import Process
from bot.views.screen import Screen
from bot.views.screens import Screens
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.world import model
from telegram_sandbox.world.world import World
from tools.chaos.verdict import unlike_rows


async def judge(process: Process, user_id: int) -> list[str]:
    """What is wrong with the user's inventory: a line each."""
    player = await process.players.find(user_id)
    if player is None:
        return [f"user {user_id} has no character after opening the inventory"]
    wrong = await unlike_rows(process.core, player.char_id)
    history = await PostgresHistories(process.core.engine).read(player.char_id)
    if history is not None:
        # First what tells most: an audit may have much to say of one mistake.
        wrong += out_of_nowhere(history)
        wrong += map(str, findings(history))
    return wrong


async def wrong_trades(process: Process) -> list[str]:
    """What is wrong with any trade, and things that are in two places: a line each."""
    accounts = PostgresTradeAccounts(process.core.engine)
    found = [finding async for account in accounts.read_all() for finding in trade_findings(account)]
    return [str(each) for each in (*found, *await accounts.twice())]


def out_of_nowhere(history: History) -> Iterator[str]:
    """Kinds of which there are more pieces than the character was born with, was given and traded for."""
    owned, given = Counter[str](), Counter[str]()
    for placed in history.snapshot.items:
        owned[placed.item.base_id] += placed.item.quantity
    for placed in history.starter or ():
        given[placed.item.base_id] += placed.item.quantity
    for entry in chain.from_iterable(map(singly, history.ledger)):
        operation = decode_operation(entry.kind, entry.payload)
        if isinstance(operation, AddItem):
            given[operation.base_id] += operation.quantity
        elif isinstance(operation, Receive):
            given.update(_pieces(operation.parcel.items))
        elif isinstance(operation, Give):
            owned.update(_pieces(operation.items))
    for base_id, surplus in (owned - given).items():
        yield f"character {history.snapshot.char_id}: {surplus} {base_id} from nowhere"


def _pieces(items: Iterable[Item]) -> Counter[str]:
    found = Counter[str]()
    for item in items:
        found[item.base_id] += item.quantity
    return found


async def untrue(
    process: Process, world: World, bot: Bot, user_id: int, chat_id: int | None = None
) -> list[str]:
    """The user has asked for the inventory, and it is drawn: it must be what the core says now."""
    player = await process.players.find(user_id)
    messages = bot.chat(user_id if chat_id is None else chat_id).messages.values()
    menus = [each for each in messages if each.inline_keyboard]
    if player is None or not menus:
        return [f"user {user_id} sees no menu"]
    if _screen(world, bot, menus[-1]) != await _true_screen(process, player):
        return [f"user {user_id}: the menu does not show how things stand: {menus[-1].text!r}"]
    return []


async def _true_screen(process: Process, player: Player) -> Screen:
    ui = process.uis.of(process.uis.translations.choose(player.language))
    return Screens(ui, player.user_id).main(await process.core.gateway.open(player.char_id))


def _screen(world: World, bot: Bot, menu: model.Message) -> Screen:
    message = Message.model_validate(world.message_view(bot, menu))
    return Screen(message.html_text, message.reply_markup)
