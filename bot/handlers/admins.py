"""Admins' commands, typed or tapped, in private chats. To everyone else they do not exist."""

from collections.abc import Awaitable, Callable, Mapping
from time import time

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from apps.game_core.modules.admins.contracts import (
    Compare,
    Give,
    Inspect,
    Pay,
    PreviewRestore,
    ReadHistory,
    ReadMetrics,
    Recall,
    RestorePlayer,
    Sync,
    Trace,
)
from bot.admins.access import Admins, FromAdmin, TappedByAdmin, signed
from bot.admins.arguments import (
    compare_wish,
    give_wish,
    history_wish,
    inspect_wish,
    pay_wish,
    player_wish,
    recall_wish,
    restore_wish,
    trace_wish,
)
from bot.callbacks.buttons import Order
from bot.handlers.where import Where
from bot.keyboards import admins as keyboards
from bot.players.visit import Visit

Asking = Message | CallbackQuery


async def give(event: Asking, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    wish = give_wish(command.args)
    asked = Give(**signed(event, bot), player=wish.player, base_id=wish.base_id, quantity=wish.quantity)
    await visit.tell("admin_given", given=await admins.ask(asked))


async def pay(event: Asking, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    wish = pay_wish(command.args)
    asked = Pay(**signed(event, bot), player=wish.player, amount=wish.amount)
    await visit.tell("admin_paid", paid=await admins.ask(asked))


async def inspect(event: Asking, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    wish = inspect_wish(command.args)
    inspected = await admins.ask(Inspect(**signed(event, bot), player=wish.player))
    view = inspected.inspection.inventory.view()
    buttons = keyboards.inspected(visit.ui, visit.player.user_id, inspected, wish.page)
    await visit.tell(
        "admin_inspected", buttons, character=inspected.character, seen=inspected.inspection, view=view
    )


async def history(event: Asking, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    wish = history_wish(command.args)
    recounted = await admins.ask(ReadHistory(**signed(event, bot), player=wish.player, page=wish.page))
    buttons = keyboards.history(visit.ui, visit.player.user_id, recounted)
    await visit.tell(
        "admin_history", buttons, character=recounted.character, ledger=recounted.ledger, asked=wish.page
    )


async def recall(event: Asking, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    wish = recall_wish(command.args, _asked_at(event))
    recalled = await admins.ask(Recall(**signed(event, bot), player=wish.player, at=wish.at))
    buttons = keyboards.recalled(visit.ui, visit.player.user_id, recalled, wish.page)
    await visit.tell("admin_recalled", buttons, character=recalled.character, past=recalled.past)


async def compare(event: Asking, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    wish = compare_wish(command.args, _asked_at(event))
    asked = Compare(**signed(event, bot), player=wish.player, since=wish.since, until=wish.until)
    compared = await admins.ask(asked)
    buttons = keyboards.compared(visit.ui, visit.player.user_id, compared)
    await visit.tell("admin_compared", buttons, character=compared.character, difference=compared.difference)


async def trace(event: Asking, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    wish = trace_wish(command.args)
    asked = Trace(**signed(event, bot), item_id=wish.item_id, players=wish.players)
    traced = await admins.ask(asked)
    buttons = keyboards.traced(visit.ui, visit.player.user_id, traced)
    await visit.tell("admin_life", buttons, life=traced.life, characters=traced.characters)


async def sync(event: Asking, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    asked = Sync(**signed(event, bot), player=player_wish("sync", command.args))
    await visit.tell("admin_synced", synced=await admins.ask(asked))


async def restore(event: Asking, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    wish = restore_wish(command.args, _asked_at(event))
    if wish.code:
        asked = RestorePlayer(**signed(event, bot), player=wish.player, to=wish.to, code=wish.code)
        await visit.tell("admin_restored", restored=await admins.ask(asked))
    else:
        look = PreviewRestore(**signed(event, bot), player=wish.player, to=wish.to)
        previewed = await admins.ask(look)
        buttons = keyboards.restore_plan(visit.ui, visit.player.user_id, previewed)
        await visit.tell("admin_restore_plan", buttons, previewed=previewed)


async def metrics(event: Asking, bot: Bot, visit: Visit, admins: Admins) -> None:
    await visit.tell("admin_metrics", numbers=await admins.ask(ReadMetrics(**signed(event, bot))))


COMMANDS: Mapping[str, Callable[..., Awaitable[None]]] = {
    "give": give,
    "coins": pay,
    "inspect": inspect,
    "history": history,
    "at": recall,
    "diff": compare,
    "life": trace,
    "sync": sync,
    "restore": restore,
    "metrics": metrics,
}


async def tapped(query: CallbackQuery, callback_data: Order, bot: Bot, visit: Visit, admins: Admins) -> None:
    """A button that says what could have been typed. Commands that we do not have are nobody's."""
    if handler := _WITH_ARGUMENTS.get(callback_data.command):
        command = CommandObject(command=callback_data.command, args=callback_data.arguments)
        await handler(query, command, bot, visit, admins)


def _asked_at(event: Asking) -> int:
    """In Unix seconds."""
    return int(event.date.timestamp()) if isinstance(event, Message) else int(time())


_WITH_ARGUMENTS = {name: handler for name, handler in COMMANDS.items() if handler is not metrics}


def setup() -> Router:
    router = Router(name="admins")
    alone = Where(F.chat.type == ChatType.PRIVATE)
    router.callback_query.register(tapped, Order.filter(), TappedByAdmin())
    for name, handler in COMMANDS.items():
        router.message.register(handler, Command(name), FromAdmin(), alone)
    return router
