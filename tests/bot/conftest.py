"""Handlers one by one, through aiogram-tests: a recording bot, the real core, no dispatcher of ours."""

import importlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram import BaseMiddleware
from aiogram.filters import Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage

from apps.game_core.container import Core
from apps.game_core.modules.characters.contracts import EnsureCharacter
from apps.game_core.modules.inventory.contracts import InventoryView, ItemView
from bot.admins.access import Admins
from bot.i18n import LOCALES, Translations
from bot.menus.board import MenuBoard
from bot.middlewares.replies import ReplyMiddleware
from bot.middlewares.visits import VisitMiddleware
from bot.outgoing.courtesies import Courtesies
from bot.players.characters import Players
from bot.players.partners import Partners
from bot.views.ui import Uis

importlib.import_module("telegram_sandbox.aiogram_bridge")
aiogram_tests = importlib.import_module("aiogram_tests")
handlers = importlib.import_module("aiogram_tests.handler")
dataset = importlib.import_module("aiogram_tests.types.dataset")

USER = 12345678  # the only user that aiogram-tests knows


class Given(BaseMiddleware):
    """What the dispatcher would put into a handler's data."""

    def __init__(self, **values: object) -> None:
        self._values = values

    async def __call__(self, handler: Any, event: Any, data: dict[str, Any]) -> Any:
        return await handler(event, data | self._values)


class Settled(BaseMiddleware):
    """Has everything sent before the update is over: what is polite to wait with, and menus."""

    def __init__(self, *senders: Courtesies | Partners | MenuBoard) -> None:
        self._senders = senders

    async def __call__(self, handler: Any, event: Any, data: dict[str, Any]) -> Any:
        result = await handler(event, data)
        for sender in self._senders:
            await sender.settled(2)
        return result


@dataclass
class Played:
    """What a handler did to the chat and to the player's state."""

    handler: Any
    state: str | None
    data: dict[str, Any]

    @property
    def answer(self) -> AnswerCallbackQuery:
        answer: AnswerCallbackQuery
        [answer] = self.handler.bot.calls(AnswerCallbackQuery)
        return answer

    @property
    def shown(self) -> EditMessageText | SendMessage:
        shown: EditMessageText | SendMessage
        [shown] = self.handler.bot.calls(EditMessageText) + self.handler.bot.calls(SendMessage)
        return shown

    @property
    def text(self) -> str:
        assert self.shown.text is not None
        return self.shown.text

    @property
    def labels(self) -> list[str]:
        rows = getattr(self.shown.reply_markup, "inline_keyboard", [])
        return [button.text for row in rows for button in row]


@dataclass
class Stage:
    """Runs one handler for one player with a starter kit."""

    core: Core
    char_id: int
    players: Players
    uis: Uis
    admins: Admins
    board: MenuBoard = field(default_factory=MenuBoard)
    courtesies: Courtesies = field(default_factory=Courtesies)
    partners: Partners = field(init=False)

    def __post_init__(self) -> None:
        self.partners = Partners(
            self.core.router, self.players, self.uis, storage=MemoryStorage(), board=self.board
        )

    @property
    def middlewares(self) -> tuple[BaseMiddleware, ...]:
        """As around the bot's own handlers."""
        visits = VisitMiddleware(self.core.gateway, self.players, self.uis, self.board, self.courtesies)
        given = Given(
            players=self.players,
            uis=self.uis,
            core_router=self.core.router,
            admins=self.admins,
            partners=self.partners,
        )
        return Settled(self.courtesies, self.partners, self.board), given, visits, ReplyMiddleware()

    async def tap(
        self,
        callback: Callable[..., Awaitable[None]],
        data: CallbackData,
        *,
        state: State | None = None,
        kept: dict[str, Any] | None = None,
    ) -> Played:
        made = self._handler(handlers.CallbackQueryHandler, callback, type(data).filter(), state, kept)
        return await self._play(made, dataset.CALLBACK_QUERY.as_object(data=data.pack()))

    async def write(
        self,
        callback: Callable[..., Awaitable[None]],
        text: str,
        *,
        rule: Filter | None = None,
        state: State | None = None,
        kept: dict[str, Any] | None = None,
    ) -> Played:
        made = self._handler(handlers.MessageHandler, callback, rule, state, kept)
        return await self._play(made, dataset.MESSAGE.as_object(text=text))

    def _handler(
        self, kind: Any, callback: Any, rule: Filter | None, state: State | None, kept: dict[str, Any] | None
    ) -> Any:
        filters = [rule] if rule else []
        return kind(
            callback,
            *filters,
            state=state,
            state_data=kept or {},
            dp_middlewares=self.middlewares,
            exclude_observer_methods=("update",),
        )

    async def _play(self, handler: Any, event: Any) -> Played:
        await aiogram_tests.MockedBot(handler).query(event)
        state = handler.dp.fsm.get_context(handler.bot, USER, USER)
        return Played(handler, await state.get_state(), await state.get_data())

    async def view(self) -> InventoryView:
        return await self.core.gateway.view(self.char_id)

    async def item(self, base_id: str) -> ItemView:
        return next(item for item in (await self.view()).backpack if item.base_id == base_id)

    async def stamp(self) -> str:
        return (await self.core.gateway.open(self.char_id)).stamp


@pytest.fixture
async def stage(core: Core) -> Stage:
    context = EnsureCharacter(user_id=USER, name="Alice", language="en")
    character = await core.router.route("characters", "ensure", context)
    uis = Uis(Translations.load(LOCALES))
    return Stage(core, character.id, Players(core.router), uis, Admins(core.router, {USER}))
