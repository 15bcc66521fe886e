"""Builds the bot and its dispatcher from parts that are already made. Nothing here connects anywhere."""

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.enums import ParseMode
from aiogram.fsm.storage.base import BaseStorage
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, EditMessageText, GetUpdates, SendMessage
from aiogram.methods.base import Response
from aiogram.types import LinkPreviewOptions

from apps.game_core.modules.inventory.inventory_gateway import InventoryGateway
from apps.game_core.system.core_router import CoreRouter
from bot.admins.access import Admins
from bot.handlers import (
    acting,
    admins,
    browsing,
    choosing,
    codex,
    erasing,
    failures,
    fallback,
    inviting,
    laying,
    loadouts,
    lobby,
    marking,
    merchant,
    news,
    trading,
    training,
)
from bot.incoming.isolation import PassingEventIsolation
from bot.incoming.taps import TapDispatcher, Taps
from bot.menus.board import MenuBoard
from bot.middlewares.kinds import WrittenMiddleware
from bot.middlewares.owners import OwnerMiddleware
from bot.middlewares.replies import ReplyMiddleware
from bot.middlewares.visits import VisitMiddleware
from bot.outgoing.connections import outgoing
from bot.outgoing.courtesies import Courtesies
from bot.outgoing.edits import EditMenu
from bot.outgoing.flood_waits import FloodWaits
from bot.outgoing.named_bot import NamedBot
from bot.players.characters import Players
from bot.players.partners import Partners
from bot.turns.contracts import Turns
from bot.turns.local import LocalTurns
from bot.views.ui import Uis

# Training first: a fight keeps the inventory's buttons from answering. The lobby takes any link, so it comes
# after those that lead to a table.
_HANDLERS = (
    training,
    acting,
    marking,
    browsing,
    loadouts,
    news,
    choosing,
    codex,
    merchant,
    inviting,
    trading,
    laying,
    lobby,
    erasing,
    admins,
    fallback,
    failures,
)
ALLOWED_UPDATES = ["message", "callback_query"]
# A parametrised model that nobody holds is forgotten, and built again for each answer, in some milliseconds.
ANSWER_MODELS = tuple(
    Response[method.__returning__]  # type: ignore[name-defined]  # read at run time
    for method in (AnswerCallbackQuery, DeleteMessage, EditMenu, EditMessageText, GetUpdates, SendMessage)
)


def build_bot(
    token: str, api_url: str, session: BaseSession | None = None, turns: Turns | None = None
) -> Bot:
    """`session` carries the calls some other way than HTTP; `turns` are those of the bot's menus."""
    session = session or outgoing(api_url)
    session.middleware(FloodWaits(turns or LocalTurns()))
    defaults = DefaultBotProperties(
        parse_mode=ParseMode.HTML, link_preview=LinkPreviewOptions(is_disabled=True)
    )
    return NamedBot(token, session=session, default=defaults)


def build_dispatcher(
    gateway: InventoryGateway,
    core_router: CoreRouter,
    players: Players,
    uis: Uis,
    *,
    storage: BaseStorage,
    board: MenuBoard,
    courtesies: Courtesies,
    overseers: Admins,
    partners: Partners,
) -> Dispatcher:
    """A fresh dispatcher with fresh routers; make as many as you like."""
    dispatcher = TapDispatcher(storage=storage, events_isolation=PassingEventIsolation())
    dispatcher.workflow_data.update(
        players=players,
        uis=uis,
        core_router=core_router,
        admins=overseers,
        courtesies=courtesies,
        partners=partners,
    )
    dispatcher.message.outer_middleware(WrittenMiddleware())
    dispatcher.include_routers(*(module.setup() for module in _HANDLERS))
    visits, replies, owners = (
        VisitMiddleware(gateway, players, uis, board, courtesies),
        ReplyMiddleware(),
        OwnerMiddleware(),
    )
    taps = Taps(dispatcher, dispatcher.sub_routers)
    for observer in (taps, *(router.message for router in dispatcher.sub_routers)):
        observer.middleware(visits)
        observer.middleware(replies)
    taps.middleware(owners)
    return dispatcher
