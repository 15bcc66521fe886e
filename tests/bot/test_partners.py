"""What players hear of a trade without a tap of theirs."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import EditMessageText, SendMessage

from apps.game_core.modules.characters.contracts import Character, SearchCharacters
from apps.game_core.modules.inventory.errors import SessionStoreDownError
from apps.game_core.modules.trade.contracts import HalfView, LookAtTable, TableState, TableView
from apps.game_core.system.core_router import CoreRouter
from bot.i18n import LOCALES, Translations
from bot.menus.board import MenuBoard
from bot.menus.orders import Order
from bot.places import Place
from bot.players.characters import Players
from bot.players.partners import LOOKS, Partners
from bot.players.tables import looks_at
from bot.views.screen import Screen
from bot.views.ui import Uis
from telegram_sandbox.aiogram_bridge import RecordingBot
from tools.support.clocks import ScaledClock
from tools.support.patience import PATIENCE

ALICE = Character(1, 11, "Alice", "en", 1, 1, 100)
BORIS = Character(2, 12, "Boris", "ru", 1, 1, 100)
TRADE = 2**62


class Tables:
    """One table, as it is seen by whoever looks. `asked`: how often somebody has looked."""

    def __init__(self) -> None:
        self.state = TableState.LAYING
        self.asked = 0
        self.away = 0
        self.free = asyncio.Event()
        self.free.set()

    async def search(self, context: SearchCharacters) -> tuple[Character, ...]:
        return tuple(each for each in (ALICE, BORIS) if each.id == context.char_id)

    async def look(self, context: LookAtTable) -> TableView:
        self.asked += 1
        await self.free.wait()
        if self.away:
            self.away -= 1
            raise SessionStoreDownError
        return self.seen_by(context.char_id)

    def seen_by(self, char_id: int) -> TableView:
        halves = {each.id: HalfView(each.id, each.name, (), self.asked) for each in (ALICE, BORIS)}
        own = halves.pop(char_id)
        [other] = halves.values()
        return TableView(TRADE, self.state, own, other, 1)


class Scene:
    def __init__(self) -> None:
        self.tables, self.bot, self.storage = Tables(), RecordingBot(), MemoryStorage()
        self.clock = ScaledClock()
        self.board = MenuBoard(self.clock)
        router = CoreRouter()
        router.register(SearchCharacters, self.tables.search)
        router.register(LookAtTable, self.tables.look)
        uis = Uis(Translations.load(LOCALES))
        self.partners = Partners(
            router, Players(router), uis, storage=self.storage, board=self.board, clock=self.clock
        )

    def state(self, user_id: int, chat_id: int | None = None) -> FSMContext:
        return FSMContext(self.storage, StorageKey(self.bot.id, chat_id or user_id, user_id))

    async def menu(self, user_id: int, trade: int, chat_id: int | None = None) -> int:
        """The player's menu is in this chat and shows the table, or for 0 something else."""
        state = self.state(user_id, chat_id)
        self.board.put(Order(self.bot, state, Place(chat_id or user_id), Screen("before")))
        await self.board.settled(2)
        await looks_at(state, trade)
        [kept] = (await Order(self.bot, state, Place(0), Screen("")).memory.get_data()).values()
        return int(kept)

    async def settled(self) -> None:
        await self.partners.settled(2)
        await self.board.settled(2)

    @property
    def drawn(self) -> list[tuple[int | str | None, int | None]]:
        return [(each.chat_id, each.message_id) for each in self.bot.calls(EditMessageText)]

    @property
    def said(self) -> list[tuple[int | str, str]]:
        told = [(each.chat_id, each.text) for each in self.bot.calls(SendMessage)]
        return [each for each in told if each[1] != "before"]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    yield made
    await made.partners.close()
    await made.board.close()


@pytest.mark.parametrize("chat_id", [12, -500])
async def test_a_change_is_drawn_where_the_table_is_shown(scene: Scene, chat_id: int) -> None:
    menu = await scene.menu(12, TRADE, chat_id)

    scene.partners.hear(scene.bot, scene.tables.seen_by(1))
    await scene.settled()

    assert scene.drawn == [(chat_id, menu)]
    assert "Вы отдаёте" in (scene.bot.calls(EditMessageText)[0].text or "")
    assert scene.said == []


@pytest.mark.parametrize("shown", [0, TRADE - 1], ids=["something else", "another table"])
@pytest.mark.parametrize("told", [False, True])
async def test_what_is_not_shown_is_not_drawn_over_but_the_end_is_told(
    scene: Scene, shown: int, told: bool
) -> None:
    await scene.menu(12, shown)
    scene.tables.state = TableState.SETTLED

    scene.partners.hear(scene.bot, scene.tables.seen_by(1), told=told)
    await scene.settled()

    assert scene.drawn == []
    assert scene.said == ([(12, "🤝 Обмен состоялся. Напротив: Alice")] if told else [])


async def test_whoever_changes_much_costs_the_other_few_screens(scene: Scene) -> None:
    """The last of them is drawn in any case."""
    await scene.menu(12, TRADE)
    scene.tables.free.clear()
    for _ in range(50):
        scene.partners.hear(scene.bot, scene.tables.seen_by(1))
        await asyncio.sleep(0)
    scene.tables.free.set()
    await scene.settled()

    assert scene.tables.asked == 2
    assert "<b>2</b>" in (scene.bot.calls(EditMessageText)[-1].text or "")


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - whoever looks tells nobody
            await asyncio.sleep(0)


async def test_what_is_exchanged_is_looked_at_until_it_has_ended(scene: Scene) -> None:
    await scene.menu(11, TRADE)
    await scene.menu(12, 0)
    scene.tables.state = TableState.GIVEN
    for _ in range(3):
        scene.partners.follow(scene.bot, TRADE, (1, 2), told=True)
    scene.tables.away = 1
    for number, seconds in enumerate(LOOKS[:2], 1):
        await until(lambda: scene.clock.sleepers > 0)
        scene.clock.advance(seconds)
        await until(lambda: scene.tables.asked == number)  # noqa: B023 - asked at once
    await until(lambda: scene.clock.sleepers > 0)
    assert scene.drawn == []
    scene.tables.state = TableState.SETTLED
    scene.clock.advance(LOOKS[2])
    await until(lambda: scene.tables.asked == 2 + 1 + 2)
    await scene.settled()

    assert [chat for chat, _ in scene.drawn] == [11]
    assert scene.said == [(12, "🤝 Обмен состоялся. Напротив: Alice")]
    assert scene.clock.sleepers == 0


async def test_looking_at_what_does_not_end_does_end(scene: Scene) -> None:
    scene.tables.state = TableState.GIVEN
    scene.partners.follow(scene.bot, TRADE, (1, 2), told=True)
    for seconds in LOOKS:
        await until(lambda: scene.clock.sleepers > 0)
        scene.clock.advance(seconds)
    await until(lambda: scene.tables.asked == len(LOOKS))
    await scene.settled()

    assert scene.clock.sleepers == 0
    assert scene.said == []
    assert sum(LOOKS) > 30  # by then nobody's gift waits any longer


async def test_who_is_gone_hears_nothing(scene: Scene) -> None:
    await scene.menu(12, TRADE)
    scene.partners.show(scene.bot, 3, TRADE, told=True)
    await scene.settled()

    assert (scene.drawn, scene.said) == ([], [])


async def test_a_no_is_told_while_the_chair_is_empty(scene: Scene) -> None:
    for state in (TableState.LAYING, TableState.LEFT, TableState.INVITING):
        assert scene.said == []
        scene.tables.state = state
        scene.partners.decline(scene.bot, TRADE, ALICE.id, BORIS)
        await scene.settled()

    assert scene.said == [(11, "🤝 Boris would rather not trade now.")]
