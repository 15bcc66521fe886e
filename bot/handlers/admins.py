"""Admins' commands, in private chats. To everyone else they do not exist."""

from collections.abc import Awaitable, Callable, Mapping

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from apps.game_core.modules.admins.contracts import (
    Give,
    Inspect,
    PreviewRestore,
    ReadHistory,
    ReadMetrics,
    Restore,
    Sync,
)
from bot.admins.access import Admins, FromAdmin, signed
from bot.admins.arguments import give_wish, history_wish, player_wish, restore_wish
from bot.handlers.where import Where
from bot.players.visit import Visit


async def give(message: Message, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    wish = give_wish(command.args)
    asked = Give(**signed(message, bot), player=wish.player, base_id=wish.base_id, quantity=wish.quantity)
    await visit.tell("admin_given", given=await admins.ask(asked))


async def inspect(message: Message, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    asked = Inspect(**signed(message, bot), player=player_wish("inspect", command.args))
    inspected = await admins.ask(asked)
    view = inspected.inspection.inventory.view()
    await visit.tell("admin_inspected", character=inspected.character, seen=inspected.inspection, view=view)


async def history(message: Message, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    wish = history_wish(command.args)
    recounted = await admins.ask(ReadHistory(**signed(message, bot), player=wish.player, page=wish.page))
    await visit.tell("admin_history", character=recounted.character, ledger=recounted.ledger, asked=wish.page)


async def sync(message: Message, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    asked = Sync(**signed(message, bot), player=player_wish("sync", command.args))
    await visit.tell("admin_synced", synced=await admins.ask(asked))


async def restore(message: Message, command: CommandObject, bot: Bot, visit: Visit, admins: Admins) -> None:
    wish = restore_wish(command.args, int(message.date.timestamp()))
    if wish.code:
        asked = Restore(**signed(message, bot), player=wish.player, to=wish.to, code=wish.code)
        await visit.tell("admin_restored", restored=await admins.ask(asked))
    else:
        look = PreviewRestore(**signed(message, bot), player=wish.player, to=wish.to)
        await visit.tell("admin_restore_plan", previewed=await admins.ask(look))


async def metrics(message: Message, bot: Bot, visit: Visit, admins: Admins) -> None:
    await visit.tell("admin_metrics", numbers=await admins.ask(ReadMetrics(**signed(message, bot))))


COMMANDS: Mapping[str, Callable[..., Awaitable[None]]] = {
    "give": give,
    "inspect": inspect,
    "history": history,
    "sync": sync,
    "restore": restore,
    "metrics": metrics,
}


def setup() -> Router:
    router = Router(name="admins")
    alone = Where(F.chat.type == ChatType.PRIVATE)
    for name, handler in COMMANDS.items():
        router.message.register(handler, Command(name), FromAdmin(), alone)
    return router
