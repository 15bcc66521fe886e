"""One bot process: wired, started, and brought down in an order that loses nothing."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramAPIError
from aiogram.utils.token import extract_bot_id

from apps.game_core.adapters.postgres.migrate import bring_up_to_date
from apps.game_core.adapters.postgres.rights import check_database
from apps.game_core.container import Core, open_core
from apps.game_core.modules.inventory.metrics import Phase
from apps.game_core.settings import CoreSettings
from apps.game_core.system.nursery import Nursery
from apps.redis_cluster.client import connections_to
from apps.redis_connections import KEPT
from bot.admins.access import Admins
from bot.i18n import LOCALES, Translations
from bot.incoming.excess import TurnAway
from bot.incoming.intake import Intake
from bot.incoming.polling import Polling
from bot.incoming.shelf import RedisShelf
from bot.incoming.webhook import WebhookAddress, serve_webhook
from bot.menus.board import MenuBoard
from bot.menus.late_screens import LateScreens
from bot.outgoing.connections import outgoing
from bot.outgoing.courtesies import Courtesies
from bot.outgoing.named_bot import introduce
from bot.outgoing.pacing import WHOLE_BOT, Allowance, SteadyClock, whole_bot
from bot.players.characters import Players
from bot.players.everything_kept import EverythingKept
from bot.players.partners import Partners
from bot.players.state_storage import LeaveWatchingStorage
from bot.players.user_states import UserStates, states_of
from bot.process.command_menu import describe_commands
from bot.process.factory import build_bot, build_dispatcher
from bot.process.lifetime import drain, keep_what_is_built, monitored, on_signals
from bot.process.metrics import BotMetrics, CountedCalls
from bot.process.start_errors import token_errors
from bot.process.timing import time_taps
from bot.settings import STATE_TTL, BotSettings
from bot.turns.shared import SharedTurns
from bot.views.ui import Uis

log = structlog.get_logger(__name__)

_LAST_WORDS = 2.0


@dataclass(frozen=True, slots=True)
class Process:
    core: Core
    bot: Bot
    dispatcher: Dispatcher
    storage: LeaveWatchingStorage
    players: Players
    uis: Uis
    board: MenuBoard
    courtesies: Courtesies
    partners: Partners
    metrics: BotMetrics

    async def settled(self, within: float) -> None:
        """Wait until players are told and shown everything, but not for ever."""
        await self.partners.settled(within)
        await asyncio.gather(self.courtesies.settled(within), self.board.settled(within))


@asynccontextmanager
async def open_process(
    settings: CoreSettings,
    token: str,
    api_url: str,
    *,
    admin_ids: Collection[int] = (),
    session: BaseSession | None = None,
    clock: SteadyClock | None = None,
    everybody: Allowance | None = WHOLE_BOT,
    state_ttl: int = STATE_TTL,
) -> AsyncIterator[Process]:
    """Everything a bot needs, connected; closed in the opposite order.

    No `session`: the bot speaks HTTP. `clock` is what menus are paced by, and `everybody` what all chats
    together may take.
    """
    await bring_up_to_date(settings.database_url)
    async with open_core(settings) as core:
        await check_database(core.engine)
        connections = connections_to(core.redis, KEPT)
        states = UserStates(core.redis, state_ttl, connections)
        await states.adopt()
        turns = SharedTurns(
            core.redis,
            extract_bot_id(token),
            clock,
            everybody,
            memories=states_of,
            connections=connections,
        )
        players = Players(core.router, EverythingKept(states, turns))
        storage = watched_storage(core, players, states)
        uis = Uis(Translations.load(LOCALES), partial(_timed, core))
        board, courtesies = MenuBoard(clock, turns), Courtesies(clock)
        partners = Partners(core.router, players, uis, storage=storage, board=board, clock=clock)
        dispatcher = build_dispatcher(
            core.gateway,
            core.router,
            players,
            uis,
            storage=storage,
            board=board,
            courtesies=courtesies,
            overseers=Admins(core.router, admin_ids),
            partners=partners,
        )
        bot = build_bot(token, api_url, session, turns)
        time_taps(dispatcher, bot, partial(_timed, core))
        metrics = BotMetrics(core.metrics)
        bot.session.middleware(CountedCalls(metrics))
        process = Process(core, bot, dispatcher, storage, players, uis, board, courtesies, partners, metrics)
        try:
            yield process
        finally:
            await process.settled(_LAST_WORDS)
            await partners.close()
            await courtesies.close()
            await board.close()
            await bot.session.close()


def _timed(core: Core, phase: str) -> AbstractContextManager[None]:
    return core.metrics.timed(Phase(phase))


def watched_storage(core: Core, players: Players, states: UserStates) -> LeaveWatchingStorage:
    async def on_leave(user_id: int) -> None:
        player = await players.find(user_id)
        if player is not None:
            await core.gateway.sync_inventory(player.char_id, leaving=True)

    return LeaveWatchingStorage(states, on_leave)


async def run_bot(core_settings: CoreSettings, settings: BotSettings, token: str, api_url: str) -> None:
    """Serve until SIGINT or SIGTERM, then drain: no more intake, handlers finish, sessions are written."""
    everybody = whole_bot(settings.bot_messages_per_second)
    async with open_process(
        core_settings,
        token,
        api_url,
        admin_ids=settings.admin_ids,
        session=outgoing(api_url, settings.bot_proxy),
        everybody=everybody,
        state_ttl=settings.state_ttl,
    ) as process:
        keep_what_is_built()
        nursery = Nursery()
        nursery.start("late screens", LateScreens(process.board, process.bot, process.storage).run())
        if core_settings.inventory_worker:
            nursery.start("sync worker", process.core.worker.run())
            nursery.start("events", process.core.events.run())
        nursery.start("generation", process.core.generation.run())
        nursery.start("losses", process.core.losses.run())
        nursery.start("master", process.core.master.run())
        nursery.start("name", introduce(process.bot))
        nursery.start("commands", describe_commands(process.bot, process.uis, settings.admin_ids))
        try:
            async with monitored(process.core, core_settings):
                await _take_in(process, settings)
        finally:
            await nursery.close()
            await drain(process.core, core_settings.shutdown_sync_timeout)


async def _take_in(process: Process, settings: BotSettings) -> None:
    """Handle updates until a signal says stop."""
    bot, dispatcher = process.bot, process.dispatcher
    turn_away = TurnAway(bot, process.uis, process.courtesies, process.board)
    intake = Intake(bot, dispatcher, settings.updates_at_once, turn_away, process.metrics)
    process.metrics.backlog(lambda: len(intake))
    address = webhook_address(settings)
    if address is None:
        await _remove_webhook(bot)
        shelf = RedisShelf(process.core.redis, bot)
        polling = Polling(bot, dispatcher, settings.drain_timeout, intake, shelf)
        on_signals(polling.stop, process.core)
        with token_errors():
            await polling.run()
        return
    stop = asyncio.Event()
    on_signals(stop.set, process.core)
    async with serve_webhook(bot, dispatcher, address, settings.drain_timeout, intake=intake):
        await stop.wait()


async def _remove_webhook(bot: Bot) -> None:
    """One that is still set would keep every update away from us."""
    try:
        with token_errors():
            await bot.delete_webhook()
    except TelegramAPIError as error:
        log.warning("webhook not removed", error=str(error))


def webhook_address(settings: BotSettings) -> WebhookAddress | None:
    """None when the bot polls. Raises WebhookWithoutSecretError."""
    if not settings.webhook_url:
        return None
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    return WebhookAddress(settings.webhook_url, secret, settings.webhook_host, settings.webhook_port)
